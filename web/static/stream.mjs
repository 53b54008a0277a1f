// Keeps the event stream open, so that the page misses nothing and sees nothing twice.
import { start } from "./api.mjs";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15000;
// A hidden page gives up its connection after a while: a browser allows only six to one server, over all tabs.
const HIDDEN_MS = 5 * 60 * 1000;
// After an app switch (BankID, say) a phone may believe in a connection that is long dead.
const STALE_MS = 5000;

/**
 * Opens the stream and opens it again whenever it breaks, from the last event seen.
 *
 * The handlers: `onSession({conversation, language})` before each connection, `onEvent(event)`, `onTyping(boolean)`,
 * `onReady()` when everything said so far has been delivered, `onConnected(boolean)`.
 * Returns `{reconnect, close}`: to begin again at once, and to end it for good.
 */
export function openStream({ language, onSession, onEvent, onTyping, onReady, onConnected }) {
  let source = null;
  let conversation = null;
  let last = 0;
  let delay = FIRST_DELAY_MS;
  let timer = null;
  let hiddenSince = null;
  let attempt = 0;
  let closed = false;

  async function connect() {
    disconnect();
    const mine = ++attempt;
    let session;
    try {
      session = await start(language());
    } catch {
      if (mine === attempt) retry();
      return;
    }
    if (mine !== attempt || closed) return;
    if (session.conversation !== conversation) last = 0;
    conversation = session.conversation;
    onSession(session);
    source = new EventSource(`/chat/events?after=${last}`);
    source.addEventListener("message", (message) => {
      const event = JSON.parse(message.data);
      last = Math.max(last, event.id);
      onEvent(event);
    });
    source.addEventListener("typing", (message) => onTyping(JSON.parse(message.data).on));
    source.addEventListener("ready", () => {
      delay = FIRST_DELAY_MS;
      onConnected(true);
      onReady();
    });
    source.addEventListener("error", retry);
  }

  function disconnect() {
    clearTimeout(timer);
    timer = null;
    source?.close();
    source = null;
  }

  function retry() {
    disconnect();
    onConnected(false);
    // Spread out, so that a restarted server is not met by every page in the same instant.
    timer = setTimeout(connect, delay * (0.75 + Math.random() / 2));
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  }

  function onVisibility() {
    if (document.hidden) {
      hiddenSince = Date.now();
      timer ??= setTimeout(disconnect, HIDDEN_MS);
      return;
    }
    const away = hiddenSince === null ? 0 : Date.now() - hiddenSince;
    hiddenSince = null;
    if (source === null || away > STALE_MS) connect();
    else clearPendingClose();
  }

  function clearPendingClose() {
    clearTimeout(timer);
    timer = null;
  }

  const onPageShow = (shown) => shown.persisted && connect();
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("online", connect);
  window.addEventListener("pageshow", onPageShow);
  connect();

  function close() {
    closed = true;
    disconnect();
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("online", connect);
    window.removeEventListener("pageshow", onPageShow);
  }
  return { reconnect: connect, close };
}
