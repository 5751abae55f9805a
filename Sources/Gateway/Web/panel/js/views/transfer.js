/** Gives a call to an agent, a queue or a number: at once, or after a word with them. */

import { attribute, el, fill, text, uniqueID } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { explain } from "../../../shared/js/notices.js";
import { fault } from "../model/dial.js";

const ASK_MS = 200;

export class Transfer {
  #targets = { agents: [], queues: [] };
  #abort = null;

  constructor(panel, id, close, modes = ["cold", "warm"]) {
    Object.assign(this, { app: panel.app, panel, id, close });
    const field = uniqueID("target");
    this.search = el("input", { id: field, type: "search", autocomplete: "off", translate: "no", placeholder: t("transfer.placeholder"), oninput: () => this.#later(), onkeydown: (event) => this.#enter(event) });
    this.mode = modes[0];
    this.modes = modes.map((mode) => el("button", { "aria-pressed": String(mode === this.mode), onclick: () => this.#choose(mode), data: { mode } }, t(`transfer.${mode}`)));
    this.hint = el("p.sub");
    this.list = el("ul.targets");
    this.status = el("p.sub", { role: "status" });
    this.element = el(
      "section.transfer",
      { id: `transfer-${id}`, hidden: true, "aria-label": t("transfer.label"), onkeydown: (event) => event.key === "Escape" && (event.preventDefault(), close()) },
      el("div.field", null, el("label", { for: field }, t("transfer.to")), this.search),
      modes.length > 1 && el("div.segments", { role: "group", "aria-label": t("transfer.mode") }, this.modes),
      this.hint,
      this.status,
      this.list,
    );
    this.#choose(this.mode);
  }

  open() {
    this.search.value = "";
    this.search.focus();
    this.#ask();
  }

  draw(state) {
    this.isBusy = Boolean(state.busy[this.id]);
    for (const button of this.list.querySelectorAll("button")) attribute(button, "aria-disabled", this.isBusy ? "true" : null);
  }

  #choose(mode) {
    this.mode = mode;
    for (const button of this.modes) attribute(button, "aria-pressed", String(button.dataset.mode === mode));
    text(this.hint, t(`transfer.${mode}_text`));
    if (this.list.isConnected) this.#drawList();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), ASK_MS);
    this.#drawList();
  }

  async #ask() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    try {
      this.#targets = await this.app.commands.targets(this.search.value.trim(), this.#abort.signal);
      this.#drawList();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!("hint" in error)) throw error;
      text(this.status, explain(error));
    }
  }

  #found() {
    const typed = this.search.value.trim();
    const number = fault(typed) === null ? [{ kind: "number", id: typed, name: typed, isData: true }] : [];
    // Only a number can be added to a call that goes on.
    if (this.mode === "warm") return number;
    const me = this.app.state.agent?.agentId;
    const agents = (this.#targets.agents ?? []).filter((one) => one.agentId !== me).map((one) => ({ kind: "agent", id: one.agentId, name: one.name || one.agentId, available: one.available }));
    const queues = (this.#targets.queues ?? []).map((one) => ({ kind: "queue", id: one.id, name: one.name }));
    return [...number, ...agents, ...queues];
  }

  #drawList() {
    const found = this.#found();
    text(this.status, found.length ? "" : t(this.mode === "warm" ? "transfer.number_only" : "transfer.nobody"));
    fill(this.list, found.map((one) => el("li", null, this.#row(one))));
  }

  #row({ kind, id, name, available }) {
    const symbol = { agent: "person", queue: "queue", number: "number" }[kind];
    return el(
      "button.target-row",
      { onclick: () => !this.isBusy && this.#give({ kind, id, name }), data: { target: id } },
      icon(symbol, 18),
      el("span.target-name", null, el("span", { translate: "no" }, name), el("span.sub", null, t(`transfer.kind_${kind}`))),
      kind === "agent" && el("span.chip", { class: available && "chip-new" }, t(available ? "transfer.free" : "transfer.busy")),
      icon("transfer", 16),
    );
  }

  #enter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first, ...others] = this.#found();
    if (first && (first.kind === "number" || !others.length)) this.#give(first);
    else this.list.querySelector("button")?.focus();
  }

  async #give({ kind, id, name }) {
    const answer = await this.app.act(this.id, "transfer", { target: { kind, id }, mode: this.mode });
    if (!answer) return;
    this.panel.say(t("say.transfer", { name }));
    this.close();
  }
}
