/** Requests to the Sandbox's page API, and errors that a person can act on. */

const BASE = "/sandbox/v1";
/** A request without an answer after this long is given up, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** Why a request failed. `hint` is the key of the text that says what to do about it. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = null, hint }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

const HINTS = { 400: "error.hint_invalid", 404: "error.hint_gone", 409: "error.hint_conflict", 413: "error.hint_large", 502: "error.hint_callback" };

async function request(method, path, body) {
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const isLate = error.name === "TimeoutError";
    throw new ApiError("", { hint: isLate ? "error.hint_late" : "error.hint_unreachable" });
  }
  const text = await response.text().catch(() => "");
  const answer = parse(text);
  if (response.ok) return answer;
  const hint = HINTS[response.status] ?? (response.status >= 500 ? "error.hint_server" : "error.hint_refused");
  throw new ApiError(answer?.message ?? answer?.detail ?? "", { status: response.status, code: answer?.code, hint });
}

function parse(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A query string out of those values that are set, with its question mark. */
export function query(values) {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return entries.length ? `?${new URLSearchParams(entries)}` : "";
}

export const api = {
  get: (path, values = {}) => request("GET", path + query(values)),
  post: (path, body = {}) => request("POST", path, body),
  put: (path, body) => request("PUT", path, body),
  remove: (path) => request("DELETE", path),
  mediaURL: (project, sid) => `${BASE}/media/${encodeURIComponent(sid)}${query({ project })}`,
  streamURL: (values) => `${BASE}/stream${query(values)}`,
};
