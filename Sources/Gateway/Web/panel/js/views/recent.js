/** What the agent has done last: with whom, how it ended, how long it took, and whether the CRM has it. */

import { attribute, el, fill } from "../../../shared/js/dom.js";
import { duration, moment, when } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { addressOf, isVoice, nameOf, times } from "../model/calls.js";
import { channelIcon } from "./panel.js";

export class Recent {
  #shown = null;

  constructor(panel) {
    Object.assign(this, { panel, app: panel.app });
    this.list = el("ul.recent-list");
    this.element = el("section.recent", { "aria-labelledby": "recent-title" }, el("h2", { id: "recent-title" }, t("nav.recent")), this.list);
  }

  draw(state) {
    if (state.recent === this.#shown || state.view !== "recent") return;
    this.#shown = state.recent;
    fill(this.list, state.recent.length ? state.recent.map((one) => this.#row(one)) : el("li.hint", null, t("recent.nothing")));
  }

  #row(interaction) {
    const name = nameOf(interaction);
    const at = interaction.endedTs ?? interaction.completedTs ?? interaction.offeredTs;
    const spent = times(interaction, null, at ?? 0);
    const address = addressOf(interaction);
    const parts = ["talk", "ring", "hold", "wrap"].filter((part) => spent[`${part}Ms`] > 999 && (isVoice(interaction) || part !== "ring"));
    return el(
      "li.recent-row",
      { data: { state: interaction.state, id: interaction.interactionId } },
      el("span.task-icon", null, icon(channelIcon(interaction), 18)),
      el(
        "div.recent-text",
        null,
        el("p.recent-first", null, el("strong", { translate: name ? "no" : null }, name ?? t("customer.unknown")), at && el("time", { datetime: new Date(at).toISOString(), title: moment(at), translate: "no" }, when(at, this.app.now()))),
        el("p.recent-facts", null, el("span", { class: `outcome-${interaction.state}` }, outcomeText(interaction)), interaction.direction === "outbound" && el("span", null, t("direction.outbound")), interaction.disposition?.code && el("span", { translate: "no" }, labelOf(interaction))),
        el("p.recent-facts", null, parts.map((part) => el("span", null, `${t(`time.${part}`)} `, el("span.figure", null, duration(spent[`${part}Ms`])))), this.#log(interaction)),
      ),
      isVoice(interaction) && address && el("button.ghost.square", { "aria-label": t("recent.call", { name: name ?? address }), title: t("recent.call", { name: name ?? address }), onclick: () => this.#call(interaction, address) }, icon("number", 18)),
    );
  }

  #log({ logged }) {
    const status = logged?.status;
    if (!status) return null;
    const symbol = { saved: "check", queued: "away", failed: "alert" }[status] ?? "away";
    return el("span.log", { class: `log-${status}` }, icon(symbol, 14), tOf("log", status));
  }

  #call(interaction, address) {
    this.panel.views.dial.set(address, interaction.record ? { record: interaction.record } : null);
    this.panel.show("dial");
    this.panel.views.dial.focus();
  }
}

const labelOf = ({ disposition }) => disposition.codes?.find((one) => one.code === disposition.code)?.label ?? disposition.code;

const outcomeText = (interaction) => tOf("outcome", interaction.outcome ?? interaction.state, tOf("outcome", interaction.state));
