/** Whom the CRM knows it is: the record, a choice among several, or a new one for somebody unknown. */

import { attribute, el, fill, uniqueID } from "../../../shared/js/dom.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";

/** Fields of a new record that an agent is asked for, with the kind of their input. */
const FIELDS = { name: "text", phone: "tel", email: "email" };

export class RecordView {
  #shown = null;

  constructor(panel, id) {
    Object.assign(this, { panel, app: panel.app, id });
    this.button = el("div.record-chip");
    this.element = el("section.record", { hidden: true, "aria-label": t("record.label") });
  }

  draw(state, interaction) {
    const pop = state.pops[this.id] ?? null;
    const record = interaction.record ?? pop?.record ?? null;
    const key = JSON.stringify([pop, record, state.current, state.busy[this.id]?.action]);
    if (key === this.#shown) return;
    this.#shown = key;
    fill(this.button, this.#chip(record, pop), !record && state.current && this.#current(state.current));
    const isOpen = Boolean(pop?.isOpen) && (pop.outcome === "many" || pop.outcome === "none");
    const wasOpen = !this.element.hidden;
    this.element.hidden = !isOpen;
    if (!isOpen) return void fill(this.element);
    if (!wasOpen || this.drawn !== pop.popId) fill(this.element, pop.outcome === "many" ? this.#picker(pop) : this.#creator(pop));
    this.drawn = pop.popId;
  }

  #chip(record, pop) {
    if (record?.label || record?.id) {
      const label = record.label || record.id;
      const face = [icon("person", 15), el("span.record-name", { translate: "no" }, label)];
      return pop?.matches?.length > 1 ? this.#opener(face, t("record.change")) : el("button.small.record-open", { title: t("record.open"), "aria-label": t("record.open_named", { name: label }), onclick: () => this.app.openRecord(this.id) }, face);
    }
    if (pop?.outcome === "many") return this.#opener([icon("search", 15), t("record.matches", { count: pop.matches.length })], t("record.choose"));
    return pop?.outcome === "none" && this.#opener([icon("add", 15), t("record.unknown")], t("record.new"));
  }

  /** The record that the page around shows is the one that this is about, at a click. */
  #current(record) {
    const label = record.label || record.id;
    const use = () => this.app.setRecord(this.id, { entity: record.entity, id: record.id, label, url: record.url });
    return el("button.small.record-current", { title: t("record.use_current"), "aria-label": t("record.use_current_named", { name: label }), onclick: use }, icon("check", 15), el("span.record-name", { translate: "no" }, label));
  }

  #opener(face, title) {
    const toggle = () => this.app.dispatch({ type: "picker", id: this.id, isOpen: !this.app.state.pops[this.id]?.isOpen });
    return el("button.small", { title, onclick: toggle }, face);
  }

  #picker({ matches, truncated, defaults }) {
    const rows = matches.map((match) =>
      el(
        "li",
        null,
        el(
          "button.match",
          { onclick: () => this.app.setRecord(this.id, { entity: match.entity, id: match.id, label: match.label, url: match.url }), data: { record: match.id } },
          el("span.match-text", null, el("strong", { translate: "no" }, match.label || match.id), match.detail && el("span.sub", { translate: "no" }, match.detail)),
          el("span.chip", null, tOf("matched", match.matchedOn)),
        ),
      ),
    );
    return [
      el("h3", null, t("record.who")),
      el("ul.matches", null, rows),
      truncated && el("p.sub", null, t("record.truncated")),
      el("div.row", null, el("button.small.ghost", { onclick: () => fill(this.element, this.#creator({ defaults })) }, icon("add", 15), t("record.nobody")), el("button.small.ghost", { onclick: () => this.#close() }, t("record.later"))),
    ];
  }

  #creator({ defaults = {} }) {
    const inputs = Object.entries(FIELDS).map(([name, type]) => {
      const id = uniqueID("record");
      const input = el("input", { id, type, autocomplete: "off", translate: "no", maxlength: 200, required: name === "name", value: defaults[name] ?? "" });
      return { name, input, row: el("div.field", null, el("label", { for: id }, t(`record.${name}`)), input) };
    });
    const create = (event) => {
      event.preventDefault();
      const wanted = inputs.map(({ name, input }) => [name, input.value.trim()]).filter(([, value]) => value);
      this.app.createRecord(this.id, { ...defaults, ...Object.fromEntries(wanted) });
    };
    return [
      el("h3", null, t("record.none")),
      el("form.stack", { onsubmit: create }, inputs.map((one) => one.row), el("div.row", null, el("button.small.primary", { type: "submit" }, icon("add", 15), t("record.create")), el("button.small.ghost", { type: "button", onclick: () => this.#close() }, t("record.later")))),
    ];
  }

  #close() {
    this.app.dispatch({ type: "picker", id: this.id, isOpen: false });
    this.button.querySelector("button")?.focus();
  }
}
