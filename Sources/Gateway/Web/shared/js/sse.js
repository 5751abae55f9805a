/**
 * Reads text/event-stream by hand: EventSource cannot send a bearer token. Pure.
 *
 * Rules of the HTML standard: lines end with CR LF, LF or CR; an empty line ends an event; `data` lines are joined; a line
 * that begins with a colon is a comment (a sign of life); an event without data is none.
 */
export class EventParser {
  #rest = "";
  #id = "";
  #event = "";
  #data = [];
  /** A CR at the end of a chunk may belong to an LF at the beginning of the next. */
  #endsWithReturn = false;

  /** The last id that an event had, with data or without. */
  lastID = "";

  /** Longest line that is kept, in characters; a longer one ends the stream. */
  static MAX_LINE = 8_388_608;

  /** The events that are complete with this chunk: `{id, event, data}`. */
  push(chunk) {
    let text = chunk;
    if (this.#endsWithReturn && text.startsWith("\n")) text = text.slice(1);
    if (chunk.length) this.#endsWithReturn = chunk.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop();
    if (this.#rest.length > EventParser.MAX_LINE) throw new RangeError("a line of the event stream is too long");
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === "") return this.#end();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #end() {
    this.lastID = this.#id;
    const event = this.#data.length ? { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") } : null;
    this.#data = [];
    this.#event = "";
    return event;
  }
}
