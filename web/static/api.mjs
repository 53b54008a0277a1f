// The requests that the chat page sends. The browser never says who it is: the server reads that from its own cookie.

/** A request that the server refused. `status` 0 means that it never got there. */
export class ApiError extends Error {
  constructor(status) {
    super(`The server answered ${status}`);
    this.status = status;
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
  if (!response.ok) throw new ApiError(response.status);
  return response.json();
}

/** Begins a conversation or takes up the one of this browser: → `{conversation, language}`. Safe to repeat. */
export const start = (language) => post("/chat/start", { language });

/** Sends one message, `{id, text}` or `{id, payload}`. The same id is handled once however often it is sent. */
export const sendMessage = (message) => post("/chat/messages", message);
