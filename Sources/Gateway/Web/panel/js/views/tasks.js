/** What the agent works on: a tab each when there are several, and the task that is selected. */

import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { duration } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { isVoice, nameOf, phase, times } from "../model/calls.js";
import { offers, tasks } from "../model/state.js";
import { channelIcon } from "./panel.js";
import { TaskView } from "./task.js";

export class Tasks {
  #tabs = new Map();
  #views = new Map();

  constructor(panel) {
    this.panel = panel;
    this.app = panel.app;
    this.list = el("div.tabs", { role: "tablist", "aria-label": t("tasks.label"), onkeydown: (event) => this.#key(event) });
    this.place = el("div.tasks-place");
    this.nothing = el("div.nothing-to-do");
    this.element = el("div.tasks", null, this.list, this.place, this.nothing);
  }

  /** The view of a task, if it is drawn. */
  view(id) {
    return this.#views.get(id);
  }

  draw(state) {
    const list = tasks(state);
    this.#forget(new Set(list.map((one) => one.interactionId)));
    for (const interaction of list) this.#tab(interaction, state);
    const selected = state.interactions[state.selected];
    for (const [id, view] of this.#views) view.element.hidden = id !== state.selected;
    if (selected && selected.state !== "offered") this.#task(selected).draw(state, selected);
    this.list.hidden = list.length < 2;
    this.element.classList.toggle("has-tabs", list.length > 1);
    this.#drawNothing(state, list.length === 0);
  }

  tick(now) {
    for (const [id, tab] of this.#tabs) text(tab.time, this.#time(id, now));
    this.#views.get(this.app.state.selected)?.tick(now);
  }

  #time(id, now) {
    const interaction = this.app.state.interactions[id];
    if (!interaction) return "";
    const spent = times(interaction, this.app.state.holds[id], now);
    if (interaction.state === "wrapup") return duration(spent.wrapMs ?? 0);
    return duration(spent.heldMs ?? spent.talkMs ?? spent.ringMs ?? 0);
  }

  #forget(ids) {
    for (const map of [this.#tabs, this.#views]) {
      for (const [id, { element }] of map) {
        if (ids.has(id)) continue;
        const hadFocus = element.contains(document.activeElement);
        element.remove();
        map.delete(id);
        if (hadFocus) this.panel.main.focus({ preventScroll: true });
      }
    }
  }

  #tab(interaction, state) {
    const id = interaction.interactionId;
    if (!this.#tabs.has(id)) {
      const tab = makeTab(interaction, () => this.app.select(id));
      this.#tabs.set(id, tab);
      this.list.append(tab.element);
    }
    this.#tabs.get(id).draw(interaction, state);
  }

  #task(interaction) {
    const id = interaction.interactionId;
    if (!this.#views.has(id)) {
      const view = new TaskView(this.panel, interaction);
      this.#views.set(id, view);
      this.place.append(view.element);
    }
    return this.#views.get(id);
  }

  #drawNothing(state, isEmpty) {
    const isWaiting = isEmpty && state.isLoaded && !offers(state).length;
    this.nothing.hidden = !isWaiting;
    if (!isWaiting) return;
    const isAvailable = Boolean(state.agent?.activity?.available);
    const key = `${isAvailable}`;
    if (this.nothing.dataset.key === key) return;
    this.nothing.dataset.key = key;
    const ready = (state.agent?.activities ?? []).find((one) => one.available);
    fill(
      this.nothing,
      el("span.nothing-icon", { class: isAvailable && "is-ready" }, icon(isAvailable ? "check" : "away", 26)),
      el("h2", null, t(isAvailable ? "tasks.none" : "tasks.away")),
      el("p.hint", null, t(isAvailable ? "tasks.none_text" : "tasks.away_text")),
      !isAvailable && ready && el("button.primary", { onclick: () => this.app.setActivity(ready.name) }, t("tasks.be_available")),
    );
  }

  /** Arrows move between the tabs, as the ARIA authoring practices describe it. */
  #key(event) {
    const list = tasks(this.app.state).map((one) => one.interactionId);
    const at = list.indexOf(this.app.state.selected);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const id = list[(to + list.length) % list.length];
    this.app.select(id);
    this.#tabs.get(id)?.element.focus();
  }
}

function makeTab(first, choose) {
  const name = el("span.tab-name", { translate: "no" });
  const state = el("span.tab-state");
  const time = el("span.tab-time");
  const badge = el("span.badge", { hidden: true });
  const id = first.interactionId;
  const element = el("button.tab", { role: "tab", id: `tab-${id}`, "aria-controls": `task-${id}`, onclick: choose, data: { id } }, el("span.tab-icon", null, icon(channelIcon(first), 18), badge), el("span.tab-text", null, name, el("span.tab-facts", null, state, time)));

  function draw(interaction, all) {
    const isSelected = all.selected === id && all.view === "tasks";
    attribute(element, "aria-selected", String(isSelected));
    attribute(element, "tabindex", all.selected === id ? 0 : -1);
    const title = nameOf(interaction);
    text(name, title ?? t("customer.unknown"));
    attribute(name, "translate", title ? "no" : null);
    text(state, t(`phase.${taskPhase(interaction)}`));
    element.dataset.phase = taskPhase(interaction);
    const count = all.threads[id]?.unread ?? 0;
    badge.hidden = count === 0;
    fill(badge, count > 0 && [el("span", { "aria-hidden": "true" }, count), el("span.unseen", null, t("nav.unread", { count }))]);
  }

  return { element, time, draw };
}

/** How far a task is: the phase of its call, or of its conversation. */
export function taskPhase(interaction) {
  if (interaction.state === "wrapup") return "wrapup";
  return isVoice(interaction) ? phase(interaction) : "open";
}
