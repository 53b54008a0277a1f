// The requests that the chat page sends. The browser never says who it is: the server reads that from its own cookie.

/**
 * A request that the server refused. `status` 0 means that it never got there; `say` is what the patient must be told
 * all the same, `{text, custom}`.
 */
export class ApiError extends Error {
  constructor(status, say = null) {
    super(`The server answered ${status}`);
    this.status = status;
    this.say = say;
  }

  /** Sending the same again can help: no connection, too busy, or broken for the moment. */
  get temporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError(0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer.say);
  return answer;
}

/** Begins a conversation or takes up the one of this browser: → `{conversation, language}`. Safe to repeat. */
export const start = (language) => post("/chat/start", { language });

/** Sends one message, `{id, text, language}` or `{id, payload, language}`. The same id is handled once however often it is sent. */
export const sendMessage = (message) => post("/chat/messages", message);
