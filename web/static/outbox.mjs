// Messages on their way to the server: one at a time, in order, tried again until they are there.
import { sendMessage } from "./api.mjs";

const RETRY_MS = 2000;
const NO_SESSION = 401;

/**
 * Sends what `add` is given. `onChange(id, "waiting" | "refused" | "sent", say)` says how each message fares; `say` is
 * what the server wants the patient to know at once although it could not take the message. `onNoSession()` is called
 * when the server does not know this browser any more.
 */
export class Outbox {
  #queue = [];
  #busy = false;
  #timer = null;
  #onChange;
  #onNoSession;
  #language;

  constructor({ language, onChange, onNoSession }) {
    this.#language = language;
    this.#onNoSession = onNoSession;
    this.#onChange = onChange;
  }

  /** Puts a message last in the queue: `{id, text}` or `{id, payload}`. */
  add(message) {
    this.#queue.push(message);
    this.flush();
  }

  /** Sends everything that waits; called by itself, and by the page when the connection is back. */
  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    while (this.#queue.length > 0) {
      const message = this.#queue[0];
      try {
        await sendMessage({ ...message, language: this.#language() });
        this.#onChange(message.id, "sent");
      } catch (error) {
        if (error.status === NO_SESSION || error.temporary) {
          this.#onChange(message.id, "waiting", error.say);
          if (error.status === NO_SESSION) this.#onNoSession();
          this.#timer = setTimeout(() => this.flush(), RETRY_MS);
          break;
        }
        this.#onChange(message.id, "refused");
      }
      this.#queue.shift();
    }
    this.#busy = false;
  }
}
