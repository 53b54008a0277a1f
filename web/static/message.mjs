// One message of the conversation. Texts become text nodes, never HTML, so nothing anybody writes can run.
import { h } from "preact";
import htm from "htm";

const html = htm.bind(h);

// Only numbers we give out ourselves are made into links: a policy number must not look like a telephone number.
const SPACE = "[ \\u00a0]";
const NUMBERS = ["113", "112", "110", "116 117", "116 123", "116 111", "21 49 24 01", "23 01 48 00", "22 59 13 00"];
const PHONES = new RegExp(
  `(?<![\\d.,:/-])(${NUMBERS.map((number) => number.replaceAll(" ", SPACE)).join("|")})(?![\\d/:-]|[.,]\\d|${SPACE}\\d)`,
  "g",
);

/** → the text as an array of strings and telephone links. */
export function withPhoneLinks(text) {
  return text
    .split(PHONES)
    .map((part, index) => (index % 2 ? html`<a dir="ltr" href=${`tel:${part.replace(/\s/g, "")}`}>${part}</a>` : part));
}

/** → an address that is safe to link to, or null: only web addresses, no `javascript:`. */
function safeAddress(address) {
  try {
    const url = new URL(address, location.href);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

function LinkButton({ custom, texts }) {
  const url = safeAddress(custom.url);
  if (!url) return null;
  // The way to BankID and back ends in the chat, so it may take over this page; all else leaves the chat open.
  const here = url.origin === location.origin && url.pathname.startsWith("/login/");
  const label = custom.label || texts.open_link;
  return here
    ? html`<a class="link-button" href=${url.href}>${label}</a>`
    : html`<a class="link-button" href=${url.href} target="_blank" rel="noopener noreferrer">
        ${label}<span class="visually-hidden"> (${texts.opens_new_tab})</span>
      </a>`;
}

function Choices({ choices, onChoose, texts }) {
  return html`<div class="choices" role="group" aria-label=${texts.choices_label}>
    ${choices.map(
      (choice) =>
        html`<button type="button" key=${choice.payload} onClick=${(click) => onChoose(choice, click)}>
          ${String(choice.title)}
        </button>`,
    )}
  </div>`;
}

// Advice that is an alarm. Words for a mental crisis stay calm: red and big would not help.
const URGENT = new Set(["emergency", "poison"]);

/** Something the bot said: text, perhaps a link (if still `usable`), perhaps buttons (if still `open`). */
export function BotMessage({ event, open, usable = true, onChoose, texts }) {
  const custom = event.custom ?? {};
  const urgent = custom.type === "advice" && URGENT.has(custom.decision);
  return html`<li class="message bot">
    <span class="visually-hidden">${texts.from_bot}: </span>
    ${event.text && html`<p class=${urgent ? "bubble urgent" : "bubble"} lang=${custom.language ?? event.language} dir="auto">${withPhoneLinks(String(event.text))}</p>`}
    ${custom.type === "link" && usable && html`<${LinkButton} custom=${custom} texts=${texts} />`}
    ${urgent && html`<a class="link-button call" href=${`tel:${texts.emergency_number}`}>${texts.call_now}</a>`}
    ${open && html`<${Choices} choices=${event.choices} onChoose=${onChoose} texts=${texts} />`}
  </li>`;
}

const STATUS_TEXT = { waiting: "not_sent", refused: "refused" };

/** Something the patient said; `status` says how it fares while it is on its way. */
export function UserMessage({ text, status, texts }) {
  const note = STATUS_TEXT[status];
  return html`<li class="message user">
    <span class="visually-hidden">${texts.from_you}: </span>
    <p class="bubble" dir="auto">${String(text)}</p>
    ${note && html`<p class="note">${texts[note]}</p>`}
  </li>`;
}
