// The field to write in: grows with the text, Enter sends, Shift+Enter makes a new line.
import { h } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import htm from "htm";

const html = htm.bind(h);

const LONGEST = 10000;
const COUNT_FROM = 9000;

function LengthNote({ length, texts }) {
  if (length <= COUNT_FROM) return null;
  const over = length > LONGEST;
  return html`<p id="length-note" class=${over ? "note alert" : "note"} role="status">
    ${over ? `${texts.too_long} ${length - LONGEST}` : `${texts.left} ${LONGEST - length}`}
  </p>`;
}

/** Calls `onSend(text)` with what was written. `field` is a ref through which the page can set the focus. */
export function Composer({ onSend, texts, field }) {
  const [text, setText] = useState("");
  const form = useRef(null);
  const sendable = text.trim() !== "" && text.length <= LONGEST;

  useLayoutEffect(() => {
    const area = field.current;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }, [text]);

  function submit(event) {
    event.preventDefault();
    if (!sendable) return;
    onSend(text.trim());
    setText("");
    field.current.focus();
  }

  function onKeyDown(event) {
    // While a letter is being composed (accents, other scripts), Enter only confirms the letter.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    submit(event);
  }

  return html`<form class="composer" ref=${form} onSubmit=${submit}>
    <label class="visually-hidden" for="text">${texts.write_label}</label>
    <textarea
      id="text"
      ref=${field}
      rows="1"
      placeholder=${texts.write_hint}
      autocomplete="off"
      enterkeyhint="send"
      aria-describedby=${text.length > COUNT_FROM ? "length-note" : undefined}
      aria-invalid=${text.length > LONGEST ? "true" : undefined}
      value=${text}
      onInput=${(event) => setText(event.currentTarget.value)}
      onKeyDown=${onKeyDown}
    ></textarea>
    <button type="submit" class="send" aria-disabled=${sendable ? undefined : "true"}>
      <span class="visually-hidden">${texts.send}</span>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
        <path d="M12 20V5M5.5 11.5 12 5l6.5 6.5" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
    </button>
    <${LengthNote} length=${text.length} texts=${texts} />
  </form>`;
}
