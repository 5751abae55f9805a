/** What is told at the edge of the page: news go by themselves, errors stay until they are closed. */

import { el, fill } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const NEWS_MS = 6_000;
const MAX_NOTICES = 4;

export class Notices {
  #list = [];
  #news = el("div.notices", { role: "status", "aria-live": "polite" });
  #errors = el("div.notices.errors", { role: "alert" });

  get elements() {
    return [this.#news, this.#errors];
  }

  /** `action` is `{label, run}`: one thing that can be done about it. */
  say(text, { action = null, isError = false, detail = "" } = {}) {
    const notice = { text, detail, action, isError };
    this.#list = [...this.#list.slice(1 - MAX_NOTICES), notice];
    if (!isError) setTimeout(() => this.#drop(notice), action ? 2 * NEWS_MS : NEWS_MS);
    this.draw();
  }

  /** An error of a request: what went wrong, what the Gateway says, what to do. */
  fail(error, what) {
    if (error.name === "AbortError") return;
    if (!("hint" in error)) throw error;
    this.say(what, { isError: true, detail: explain(error) });
  }

  draw() {
    fill(this.#news, this.#list.filter((one) => !one.isError).map((one) => this.#view(one)));
    fill(this.#errors, this.#list.filter((one) => one.isError).map((one) => this.#view(one)));
  }

  #view(notice) {
    const { action } = notice;
    return el(
      "div.notice",
      { class: notice.isError && "notice-error" },
      el("div", null, el("strong", null, notice.text), notice.detail && el("p", null, notice.detail)),
      action && el("button.small", { onclick: () => (this.#drop(notice), action.run()) }, action.label),
      el("button.ghost.square", { "aria-label": t("shell.dismiss"), onclick: () => this.#drop(notice) }, icon("close", 16)),
    );
  }

  #drop(notice) {
    this.#list = this.#list.filter((one) => one !== notice);
    this.draw();
  }
}

/** What the Gateway says about an error, and what to do. */
export function explain(error) {
  return [error.message, t(error.hint ?? "error.hint_server")].filter(Boolean).join(" ");
}
