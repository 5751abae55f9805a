/** The draft as this tab has it: loads the list, follows the stream, finds out when something was missed, and repairs. */

import { Emitter } from "../../../shared/js/emitter.js";
import { Directory } from "../model/directory.js";
import { isOver } from "../model/publish.js";

const PAGE = 1_000;
/** Statuses are asked for once, this long after the last change, in milliseconds. */
const SETTLE_MS = 300;
/** After the stream began to flow again its events get this long before the list is believed to be behind. */
const GRACE_MS = 1_500;
const PUBLISH_LOOK_MS = 400;
/** Looks at one publish at most; at the end of them the last state stands. */
const MAX_LOOKS = 300;

export class Draft {
  directory = new Directory();
  rules = null;
  publish = { state: "idle" };
  isLoaded = false;
  error = null;
  /** Something of the directory changed; the value says what: `{ids, actor}` of an event, or null. */
  changes = new Emitter();
  publishing = new Emitter();

  #waiting = null;
  #timers = {};
  #looking = false;
  /** The version that a publish of this tab makes. */
  #awaited = 0;

  constructor({ api, stream }) {
    this.api = api;
    this.stops = [stream.events.on((event) => this.#take(event)), stream.openings.on((isReset) => this.#verify(isReset))];
  }

  close() {
    for (const stop of this.stops) stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  /** Loads everything. What comes over the stream meanwhile is applied afterwards. */
  async load(progress = () => {}) {
    if (this.#waiting) return;
    this.#waiting = [];
    const next = new Directory();
    try {
      this.rules ??= await this.api.get("/v1/extensions/rules");
      let cursor;
      do {
        const page = await this.api.get("/v1/extensions", { limit: PAGE, sort: "extension", cursor });
        next.revision ||= page.draft?.revision ?? 0;
        next.published = page.published ?? null;
        next.add(page.items);
        cursor = page.nextCursor;
        progress(next.size, page.total);
      } while (cursor);
      this.error = null;
    } catch (error) {
      this.error = error;
      throw error;
    } finally {
      const events = this.#waiting;
      this.#waiting = null;
      if (!this.error) {
        // A tab that goes back to an older list would show deleted records again.
        next.version += this.directory.version + 1;
        this.directory = next;
        for (const event of events) next.apply(event);
        this.isLoaded = true;
      }
      this.changes.emit(null);
    }
    // The list may come from a process that was a moment behind; then what came over the stream before it is missing.
    this.#verify();
    await Promise.allSettled([this.refreshDiff(), this.look()]);
  }

  get etag() {
    return `"d${this.directory.revision}"`;
  }

  /** Takes the record that a request of this tab has written; its event comes too, later or sooner. */
  wrote(record) {
    this.directory.add([record]);
    this.directory.revision = Math.max(this.directory.revision, record.revision ?? 0);
    this.changes.emit({ ids: [record.id], actor: null });
    this.#settle();
  }

  removed(id, revision) {
    this.directory.remove(id, revision);
    this.changes.emit({ ids: [id], actor: null });
    this.#settle();
  }

  /** The difference between the draft and what is published; every status follows from it. */
  async refreshDiff() {
    const diff = await this.api.get("/v1/extensions/diff");
    this.directory.setDiff(diff ?? {});
    this.changes.emit(null);
    return diff;
  }

  /** Looks at the publish, and goes on looking while one runs. */
  async look() {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
        const publish = await this.api.get("/v1/extensions/publish");
        // A process that was not told yet still speaks of the one before.
        const isOld = (publish?.version ?? 0) < this.#awaited;
        if (!isOld) this.#see(publish);
        if (!isOld && isOver(this.publish.state)) return;
        await new Promise((resolve) => setTimeout(resolve, PUBLISH_LOOK_MS));
      }
    } finally {
      this.#looking = false;
    }
  }

  /** A publish began here. */
  started(publish) {
    this.#awaited = publish?.version ?? 0;
    this.#see(publish ?? { state: "validating" });
    return this.look();
  }

  #see(publish) {
    const was = this.publish;
    this.publish = publish ?? { state: "idle" };
    this.publishing.emit(this.publish);
    if (!isOver(was.state) && isOver(this.publish.state)) this.#settle();
  }

  #take({ topic, data }) {
    if (topic === "extensions.changed") {
      if (this.#waiting) return void this.#waiting.push(data);
      const ids = this.directory.apply(data);
      if (ids.length) this.changes.emit({ ids, actor: data.actor ?? null });
    } else if (topic === "extensions.published") {
      this.directory.published = { version: data.version, sha256: data.sha256, count: data.count };
      this.changes.emit(null);
      this.look().catch(() => {});
    } else this.look().catch(() => {});
    this.#settle();
  }

  #settle() {
    clearTimeout(this.#timers.settle);
    this.#timers.settle = setTimeout(() => this.refreshDiff().catch(() => {}), SETTLE_MS);
  }

  /** Compares revisions once the stream flows: when this tab is behind although it does, the list is loaded again. */
  async #verify(isReset = false) {
    if (!this.isLoaded && !this.error) return;
    if (isReset) return void this.load().catch(() => {});
    try {
      const { draft, published } = await this.api.get("/v1/extensions", { limit: 1 });
      // A publish that was being followed when the connection went.
      if (!isOver(this.publish.state)) this.look().catch(() => {});
      // Not put off by the next opening: a stream that breaks again and again must not keep the list old.
      this.#timers.verify ??= setTimeout(() => {
        this.#timers.verify = null;
        const isBehind = this.error || this.directory.revision < draft.revision;
        if (isBehind) return void this.load().catch(() => {});
        if (published?.version === this.directory.published?.version) return;
        this.directory.published = published;
        this.#settle();
        this.changes.emit(null);
      }, GRACE_MS);
    } catch {
      // The stream tells again when it flows.
    }
  }
}
