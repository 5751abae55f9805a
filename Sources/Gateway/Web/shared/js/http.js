/** Requests to the Gateway with the bearer token, and errors that a person can act on. */

/** A request without an answer after this long is given up, in milliseconds. */
const TIMEOUT_MS = 20_000;
/** An import carries up to 100,000 rows: its limit, in milliseconds. */
const IMPORT_TIMEOUT_MS = 120_000;

/** Why a request failed. `hint` is the key of the text that says what to do; `problem` the problem+json document. */
export class ApiError extends Error {
  constructor(message, { status = 0, hint, problem = null }) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.problem = problem;
  }

  /** The stable code, without the part before its dot. */
  get code() {
    return (this.problem?.code ?? "").replace(/^(extensions|crm|gateway)\./, "");
  }

  get isUnreachable() {
    return this.status === 0;
  }
}

const HINTS = {
  401: "error.hint_signin", 403: "error.hint_role", 404: "error.hint_gone", 409: "error.hint_conflict",
  412: "error.hint_conflict", 413: "error.hint_large", 422: "error.hint_invalid", 429: "error.hint_busy",
};

export class Api {
  #token;
  #refused;

  /** `refused()` is called when the Gateway does not take the token any longer. */
  constructor({ token, refused }) {
    this.#token = token;
    this.#refused = refused;
  }

  set token(token) {
    this.#token = token;
  }

  get = (path, query, options) => this.send("GET", path, { query, ...options });
  post = (path, body, options) => this.send("POST", path, { body, ...options });
  put = (path, body, options) => this.send("PUT", path, { body, ...options });
  remove = (path, options) => this.send("DELETE", path, options);

  /** The answer's document; `etag` and `location` of its head as members of `answer.head`, when it asks for `head`. */
  async send(method, path, options = {}) {
    const response = await this.open(method, path, options);
    const data = parse(await text(response));
    return options.head ? { data, etag: response.headers.get("ETag"), location: response.headers.get("Location") } : data;
  }

  /** The response itself, once its head is there; an error of the Gateway is thrown. */
  async open(method, path, { query, body, raw, type, ifMatch, signal, headers = {}, isSlow, isEndless, keepalive } = {}) {
    const all = { Authorization: `Bearer ${this.#token}`, ...headers };
    if (body !== undefined) all["Content-Type"] = "application/json";
    if (type) all["Content-Type"] = type;
    if (ifMatch) all["If-Match"] = ifMatch;
    const limits = [signal, isEndless ? null : AbortSignal.timeout(isSlow ? IMPORT_TIMEOUT_MS : TIMEOUT_MS)].filter(Boolean);
    let response;
    try {
      response = await fetch(path + queryText(query), {
        method,
        headers: all,
        body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
        signal: AbortSignal.any(limits),
        cache: "no-store",
        keepalive,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError("", { hint: error.name === "TimeoutError" ? "error.hint_late" : "error.hint_unreachable" });
    }
    if (response.ok) return response;
    const problem = parse(await text(response));
    if (response.status === 401) this.#refused?.();
    const hint = HINTS[response.status] ?? (response.status >= 500 ? "error.hint_server" : "error.hint_refused");
    throw new ApiError(problem?.detail ?? "", { status: response.status, hint, problem });
  }
}

async function text(response) {
  try {
    return await response.text();
  } catch {
    throw new ApiError("", { hint: "error.hint_unreachable" });
  }
}

function parse(body) {
  if (body === "") return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** A query string out of those values that are set, with its question mark. */
export function queryText(values = {}) {
  const set = Object.entries(values ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return set.length ? `?${new URLSearchParams(set)}` : "";
}
