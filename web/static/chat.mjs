// The chat page: puts the conversation, the stream and the field to write in together.
import { h, render } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import htm from "htm";

import { Composer } from "./composer.mjs";
import { EMPTY, openChoices, openLogin, reduce } from "./conversation.mjs";
import { BotMessage, UserMessage } from "./message.mjs";
import { Outbox } from "./outbox.mjs";
import { openStream } from "./stream.mjs";

const html = htm.bind(h);

const ALL_TEXTS = JSON.parse(document.getElementById("texts").textContent);
const OTHER = { nb: "en", en: "nb" };
// Short breaks heal by themselves and need no banner.
const BANNER_AFTER_MS = 1500;
const NEAR_BOTTOM_PX = 80;

/** → [connected or only just lost, setter]: true at first, false when there was no connection for a while. */
function useConnection() {
  const [connected, setConnected] = useState(true);
  const [online, setOnline] = useState(true);
  useEffect(() => {
    if (connected) {
      setOnline(true);
      return undefined;
    }
    const timer = setTimeout(() => setOnline(false), BANNER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [connected]);
  return [online, setConnected];
}

/** → the conversation, whether there is a connection, and `send({text, payload})`. */
function useConversation(language, setLanguage) {
  const [state, dispatch] = useReducer(reduce, EMPTY);
  const [online, setConnected] = useConnection();
  const languageNow = useRef(language);
  languageNow.current = language;

  const stream = useRef(null);
  const outbox = useMemo(
    () =>
      new Outbox({
        language: () => languageNow.current,
        onChange: (id, type, say) => dispatch({ type, id, say }),
        onNoSession: () => stream.current?.reconnect(),
      }),
    [],
  );
  useEffect(() => {
    let conversation = null;
    stream.current = openStream({
      language: () => languageNow.current,
      onSession: (session) => {
        dispatch({ type: "session", changed: conversation !== null && conversation !== session.conversation });
        conversation = session.conversation;
      },
      onEvent: (event) => {
        dispatch({ type: "event", event });
        if (event.language in ALL_TEXTS) setLanguage(event.language);
      },
      onTyping: (on) => dispatch({ type: "typing", on }),
      onReady: () => {
        dispatch({ type: "ready" });
        outbox.flush();
      },
      onConnected: setConnected,
    });
    return stream.current.close;
  }, []);

  function send({ text, payload }) {
    const id = newId();
    dispatch({ type: "sending", message: { id, text } });
    outbox.add(payload ? { id, payload } : { id, text });
  }
  return { state, online, send };
}

/** A random message id; `crypto.randomUUID` is missing on plain http from another machine, so it is made here. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Follows the conversation downwards, unless the reader went up to read: then → how many messages came since. */
function useFollowing(log, state) {
  const atBottom = useRef(true);
  const [unseen, setUnseen] = useState(0);
  const count = state.events.length + state.pending.length;
  const before = useRef(count);
  const pending = useRef(0);

  function toBottom() {
    log.current.scrollTop = log.current.scrollHeight;
    atBottom.current = true;
    setUnseen(0);
  }
  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = log.current;
    atBottom.current = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
    if (atBottom.current) setUnseen(0);
  }
  useLayoutEffect(() => {
    const added = count - before.current;
    before.current = count;
    const wrote = state.pending.length > pending.current;
    pending.current = state.pending.length;
    if (atBottom.current || wrote) toBottom();
    else if (added > 0) setUnseen((number) => number + added);
  }, [count, state.typing]);
  useEffect(() => {
    // A phone's keyboard, or a growing text field, takes height from the conversation.
    const resized = new ResizeObserver(() => atBottom.current && toBottom());
    resized.observe(log.current);
    return () => resized.disconnect();
  }, []);
  return { unseen, onScroll, toBottom };
}

function Header({ language, onSwitch, texts }) {
  return html`<header>
    <div class="brand">
      <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" focusable="false">
        <path d="M16 4 3.5 14.5h3V27h19V14.5h3z" fill="currentColor" />
        <path class="logo-cross" d="M14.3 14h3.4v3.3H21v3.4h-3.3V24h-3.4v-3.3H11v-3.4h3.3z" />
      </svg>
      <div>
        <h1>${texts.title}</h1>
        <p>${texts.subtitle}</p>
      </div>
      <button type="button" class="language" lang=${OTHER[language]} onClick=${onSwitch}>${texts.switch_label}</button>
    </div>
    <p class="danger"><a href=${`tel:${texts.emergency_number}`}>${texts.emergency}</a></p>
  </header>`;
}

function Log({ state, texts, onChoose }) {
  const log = useRef(null);
  const { unseen, onScroll, toBottom } = useFollowing(log, state);
  const open = openChoices(state);
  const login = openLogin(state);
  const usable = (event) => event.custom?.kind !== "login" || event.id === login;
  return html`<div class="log-frame">
    <div
      class="log"
      role="log"
      aria-live="polite"
      aria-label=${texts.conversation}
      aria-busy=${state.ready ? "false" : "true"}
      tabindex="0"
      ref=${log}
      onScroll=${onScroll}
    >
      <ol>
        ${state.events.map((event) =>
          event.kind === "user"
            ? html`<${UserMessage} key=${`m${event.message_id}`} text=${event.text} texts=${texts} />`
            : event.kind === "bot" &&
              html`<${BotMessage}
                key=${event.id}
                event=${event}
                open=${open.has(event.id)}
                usable=${usable(event)}
                onChoose=${onChoose}
                texts=${texts}
              />`,
        )}
        ${state.pending.map(
          (message) => html`
            <${UserMessage} key=${`m${message.id}`} text=${message.text} status=${message.status} texts=${texts} />
            ${message.say && html`<${BotMessage} key=${`s${message.id}`} event=${message.say} texts=${texts} />`}
          `,
        )}
      </ol>
      ${state.typing && html`<div class="typing" aria-hidden="true"><i></i><i></i><i></i></div>`}
    </div>
    ${unseen > 0 && html`<button type="button" class="unseen" onClick=${toBottom}>${texts.new_messages} ↓</button>`}
  </div>`;
}

function Chat() {
  const [language, setLanguage] = useState(document.documentElement.lang in ALL_TEXTS ? document.documentElement.lang : "nb");
  const texts = ALL_TEXTS[language];
  const { state, online, send } = useConversation(language, setLanguage);
  const field = useRef(null);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = texts.title;
  }, [language]);

  function switchLanguage() {
    const other = OTHER[language];
    setLanguage(other);
    send({ text: ALL_TEXTS[other].switch_sentence });
  }
  function choose(choice, click) {
    send({ text: choice.title, payload: choice.payload });
    // The pressed button goes away. Who uses a keyboard (no pointer: detail is 0) goes on in the field; on a phone
    // the focus stays out of it, or the screen keyboard would cover the answer.
    if (click.detail === 0) field.current.focus();
  }

  return html`
    <${Header} language=${language} onSwitch=${switchLanguage} texts=${texts} />
    <main>
      <p class="offline" role="status">${online ? "" : texts.offline}</p>
      <${Log} state=${state} texts=${texts} onChoose=${choose} />
      <${Composer} onSend=${(text) => send({ text })} texts=${texts} field=${field} />
    </main>
  `;
}

render(html`<${Chat} />`, document.getElementById("chat"));
