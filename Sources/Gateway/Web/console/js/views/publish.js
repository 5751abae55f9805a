/** Publishes the draft: what will change, a note, then step by step which lookup processes serve it. */

import { el, fill, keepingFocus } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { modal } from "../../../shared/js/modal.js";
import { explain } from "../../../shared/js/notices.js";
import { isOver, lookupsOf, stepsOf } from "../model/publish.js";
import { data } from "./cells.js";
import { diffView } from "./diff.js";

/** Bytes of a note. */
const NOTE_LENGTH = 200;

/** What is wrong with one number of the draft. */
function problemLine({ field, code, detail }) {
  return [field && data(`${field}: `), tOf("invalid", String(code ?? "").replace(/^extensions\./, ""), detail ?? code)];
}

/** Opens the dialog. `rollback` is a version to go back to; without it the draft is published. */
export function publishDialog(app, { rollback = null } = {}) {
  return new PublishDialog(app, rollback).open();
}

class PublishDialog {
  constructor(app, rollback) {
    Object.assign(this, { app, rollback, note: "", resetDraft: false, phase: "review", alert: null, mustReload: false, last: "validating" });
    this.body = el("div.modal-body");
  }

  open() {
    const { draft } = this.app;
    this.stop = draft.publishing.on((publish) => this.#see(publish));
    const title = this.rollback ? t("rollback.title", { version: this.rollback.version }) : t("publish.title");
    this.dialog = modal({ title, content: this.body, isWide: true, closed: () => this.stop() });
    if (isOver(draft.publish.state)) this.#review();
    else {
      this.alert = t("publish.in_progress");
      this.#progress();
    }
  }

  /** Shows what is to be published and remembers which draft that was. */
  async #review() {
    this.phase = "review";
    this.etag = this.app.draft.etag;
    this.#draw(el("p.hint", { role: "status" }, t("shell.loading")));
    try {
      const [diff, isAvailable] = await Promise.all([this.rollback ? null : this.app.draft.refreshDiff(), this.#amAvailable()]);
      if (this.phase !== "review") return;
      // What is shown is what is published, or nothing is.
      this.etag = diff?.draft?.etag ?? this.app.draft.etag;
      this.#draw(this.rollback ? this.#rollbackView() : diffView(diff), isAvailable);
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.alert = explain(error);
      this.#draw(null);
    }
  }

  #draw(content, isAvailable = false) {
    const act = el("button.primary", { onclick: () => this.#start() }, icon("publish", 16), t(this.rollback ? "rollback.yes" : "publish.yes"));
    // The note may be written while the differences are on their way.
    keepingFocus(this.body, () => fill(
      this.body,
      this.alert && this.#alertView(),
      isAvailable && el("p.callout.callout-late", { role: "note" }, icon("alert", 16), el("span", null, t("publish.available"))),
      content && el("div.modal-scroll", { tabindex: 0, role: "region", "aria-label": t("diff.title") }, content),
      !this.rollback && el("label.field", null, el("span", null, t("publish.note")), el("input", { type: "text", maxlength: NOTE_LENGTH, value: this.note, data: { key: "note" }, translate: "no", oninput: (event) => (this.note = event.target.value) })),
      el("div.panel-actions", null, el("button", { data: { key: "cancel" }, onclick: () => this.dialog.close() }, t("shell.cancel")), act),
    ));
  }

  #alertView() {
    return el(
      "div.callout.callout-bad",
      { role: "alert" },
      icon("alert", 18),
      el("p", null, this.alert),
      this.mustReload && el("button.small", { onclick: () => this.#reload() }, t("publish.reload")),
    );
  }

  #rollbackView() {
    const { version, publishedAt, publishedBy, count } = this.rollback;
    return el(
      "div.stack",
      null,
      el("p", null, t("rollback.text", { version, time: moment(publishedAt), name: publishedBy ?? "", count })),
      el("label.check", null, el("input", { type: "checkbox", checked: this.resetDraft, onchange: (event) => (this.resetDraft = event.target.checked) }), el("span", null, t("rollback.reset_draft"))),
      el("p.sub", null, t("rollback.reset_text")),
    );
  }

  /** The sample refused to publish while one is available for calls; publishing takes no time here, so this only says it. */
  async #amAvailable() {
    const { name, sub } = this.app.me;
    try {
      const { items } = await this.app.api.get("/v1/workers", { q: name, limit: 10 });
      return items.some((worker) => worker.available && (worker.sid === sub || worker.name === name));
    } catch {
      return false;
    }
  }

  async #reload() {
    this.alert = null;
    this.mustReload = false;
    await this.app.draft.load().catch(() => {});
    return this.#review();
  }

  async #start() {
    const { api, draft } = this.app;
    this.alert = null;
    const was = draft.publish.version;
    this.#progress({ state: "validating", version: null });
    try {
      const answer = this.rollback
        ? await api.post(`/v1/extensions/versions/${this.rollback.version}/rollback`, { resetDraft: this.resetDraft }, { ifMatch: this.etag })
        : await api.post("/v1/extensions/publish", this.note ? { note: this.note } : {}, { ifMatch: this.etag });
      draft.started(answer?.publish ?? answer).catch(() => this.#progress({ ...draft.publish, version: draft.publish.version ?? was }));
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.#refused(error);
    }
  }

  #refused(error) {
    if (error.code === "publish_in_progress") {
      this.alert = t("publish.in_progress");
      this.phase = "progress";
      this.app.draft.look().catch(() => {});
      return this.#progress();
    }
    this.mustReload = error.status === 412;
    this.alert = this.mustReload ? t("publish.changed") : explain(error);
    const problems = error.problem?.errors ?? error.problem?.problems ?? [];
    this.phase = "refused";
    return this.#draw(problems.length > 0 && el("ul.stack", null, problems.map((one) => el("li", null, problemLine(one)))));
  }

  #see(publish) {
    if (this.phase === "progress") this.#progress(publish);
  }

  #progress(publish = this.app.draft.publish) {
    this.phase = "progress";
    if (publish.state !== "failed" && !isOver(publish.state)) this.last = publish.state;
    const steps = stepsOf(publish, this.last);
    const over = isOver(publish.state);
    const lookups = lookupsOf(publish);
    const isDone = publish.state === "deployed";
    const old = this.body.querySelector(".steps")?.dataset.state;
    if (old === `${JSON.stringify(publish)}${this.alert}`) return;
    fill(
      this.body,
      this.alert && this.#alertView(),
      el("ol.steps", { data: { state: `${JSON.stringify(publish)}${this.alert}` } }, steps.map(({ step, state }) => el("li.step", { class: `step-${state}`, "aria-current": state === "now" ? "step" : null }, el("span.step-sign", { "aria-hidden": "true" }, state === "done" ? icon("check", 15) : state === "failed" ? icon("close", 15) : null), el("span", null, t(`publish.step_${step}`)), el("span.unseen", null, t(`publish.is_${state}`))))),
      publish.total > 0 && !over && el("progress", { value: publish.done ?? 0, max: publish.total, "aria-label": t("publish.progress") }),
      ["deploying", "deployed"].includes(publish.state) && lookups.length > 0 && this.#lookups(lookups),
      publish.state === "failed" && el("p.callout.callout-bad", { role: "alert" }, icon("alert", 16), el("span", null, t("publish.failed"))),
      (publish.problems ?? []).length > 0 && el("ul.stack", null, publish.problems.map((one) => el("li.field-error", null, icon("alert", 15), el("span", null, problemLine(one))))),
      isDone && el("p.callout.callout-good", { role: "status" }, icon("check", 16), el("span", null, t(lookups.some((one) => one.state === "absent") ? "publish.done_absent" : "publish.done", { version: publish.version ?? "" }))),
      el("div.panel-actions", null, over && this.alert && el("button", { onclick: () => this.#again() }, t("publish.again")), el("button", { data: { key: "close" }, class: over && "primary", onclick: () => this.dialog.close() }, t(over ? "shell.done" : "publish.background"))),
    );
  }

  #again() {
    this.alert = null;
    this.#review();
  }

  #lookups(lookups) {
    const current = lookups.filter((one) => one.state === "current").length;
    return el(
      "section.lookups",
      { "aria-label": t("publish.lookups") },
      el("h3", null, t("publish.lookups"), el("span.count", null, t("publish.of", { done: current, total: lookups.length }))),
      el("ul", null, lookups.map(({ instance, version, state }) => el("li.lookup", null, data(instance), el("span.chip", { class: `chip-lookup-${state}` }, t(`publish.lookup_${state}`)), version !== null && el("span.sub", null, t("versions.version", { version }))))),
    );
  }
}
