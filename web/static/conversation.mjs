// What the page knows of the conversation, as a pure reducer: easy to reason about when events come late or twice.

export const EMPTY = { events: [], pending: [], typing: false, ready: false };

/** → the state after one action; an unknown action changes nothing. */
export function reduce(state, action) {
  switch (action.type) {
    case "session":
      return action.changed ? { ...EMPTY, pending: state.pending } : state;
    case "event":
      return withEvent(state, action.event);
    case "typing":
      return { ...state, typing: action.on };
    case "ready":
      return { ...state, ready: true };
    case "sending":
      return { ...state, pending: [...state.pending, { ...action.message, status: "sending" }] };
    case "sent":
    case "waiting":
    case "refused":
      return { ...state, pending: withStatus(state.pending, action) };
    default:
      return state;
  }
}

function withEvent(state, event) {
  const known = state.events.some(
    (other) => other.id === event.id || (event.kind === "user" && event.message_id && other.message_id === event.message_id),
  );
  if (known) return state;
  const events = [...state.events, event].sort((one, other) => one.id - other.id);
  const pending = state.pending.filter((message) => message.id !== event.message_id);
  return { ...state, events, pending };
}

const withStatus = (pending, { id, type, say }) =>
  pending.map((message) => (message.id === id ? { ...message, status: type, say: say ?? message.say } : message));

/** → the id of the one login link that still leads anywhere, or null: the newest, and none after a login. */
export function openLogin({ events }) {
  for (const event of [...events].reverse()) {
    if (event.custom?.type === "logged_in") return null;
    if (event.custom?.kind === "login") return event.id;
  }
  return null;
}

/** → the ids of the events whose buttons may still be pressed: those the bot sent since the patient's last move. */
export function openChoices({ events, pending }) {
  if (pending.some((message) => message.status !== "refused")) return new Set();
  const open = new Set();
  for (const event of [...events].reverse()) {
    if (event.kind !== "bot") break;
    if (event.choices?.length) open.add(event.id);
  }
  return open;
}
