/** Messages on their way: sent one after the other, so that they arrive in the order in which they were written. */

import { redraw, notifyError } from "../lib/shell.js";
import { t } from "../lib/i18n.js";

let count = 0;

class Outbox {
  #entries = [];
  #chains = new Map();

  of(project, sid) {
    return this.#entries.filter((entry) => entry.project === project && entry.sid === sid);
  }

  /** Sends by `deliver()`, which answers when the message is taken; shows it as waiting until then. */
  send({ project, sid, body, media = [], deliver }) {
    const entry = { id: `out-${(count += 1)}`, project, sid, body, media, isFailed: false };
    entry.discard = () => this.#remove(entry);
    entry.retry = () => {
      entry.isFailed = false;
      this.#enqueue(entry, deliver);
      redraw();
    };
    this.#entries.push(entry);
    this.#enqueue(entry, deliver);
    redraw();
  }

  #enqueue(entry, deliver) {
    const chain = `${entry.project}/${entry.sid}`;
    const before = this.#chains.get(chain) ?? Promise.resolve();
    this.#chains.set(chain, before.then(() => this.#deliver(entry, deliver)));
  }

  async #deliver(entry, deliver) {
    try {
      await deliver();
      this.#remove(entry);
    } catch (error) {
      if (!("hint" in error)) throw error;
      entry.isFailed = true;
      notifyError(error, t("chat.not_sent"));
      redraw();
    }
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    redraw();
  }
}

export const outbox = new Outbox();
