// Messages on their way to the server: one at a time, in order, tried again until they are there.
import { sendMessage, start } from "./api.mjs";

const RETRY_MS = 2000;
const NO_SESSION = 401;

/** Sends what `add` is given. `onChange(id, "waiting" | "refused" | "sent")` says how each message fares. */
export class Outbox {
  #queue = [];
  #busy = false;
  #timer = null;
  #onChange;
  #language;

  constructor({ language, onChange }) {
    this.#language = language;
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
        await sendMessage(message);
        this.#onChange(message.id, "sent");
      } catch (error) {
        if (error.status === NO_SESSION || error.temporary) {
          this.#onChange(message.id, "waiting");
          if (error.status === NO_SESSION) await start(this.#language()).catch(() => {});
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
