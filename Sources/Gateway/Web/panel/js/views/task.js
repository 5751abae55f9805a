/** One task: who it is about, the call or the conversation, and its end. */

import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { addressOf, isVoice, nameOf } from "../model/calls.js";
import { CallView } from "./call.js";
import { ChatView } from "./chat.js";
import { failure } from "./failure.js";
import { channelIcon } from "./panel.js";
import { RecordView } from "./record.js";
import { WrapUp } from "./wrapup.js";

export class TaskView {
  #shownError = null;

  constructor(panel, first) {
    this.app = panel.app;
    this.id = first.interactionId;
    this.name = el("h2.task-name");
    this.facts = el("p.task-facts");
    this.problem = el("div.task-problem");
    this.record = new RecordView(panel, this.id);
    this.call = isVoice(first) ? new CallView(panel, this.id) : null;
    this.chat = this.call ? null : new ChatView(panel, this.id);
    this.wrapup = new WrapUp(panel, this.id);
    this.element = el(
      "section.task",
      { role: "tabpanel", id: `task-${this.id}`, "aria-labelledby": `tab-${this.id}`, class: this.chat && "is-chat", data: { id: this.id } },
      el("header.task-head", null, el("span.task-icon", null, icon(channelIcon(first), 20)), el("div.task-who", null, this.name, this.facts), this.record.button),
      this.problem,
      this.record.element,
      (this.call ?? this.chat).element,
      this.wrapup.element,
    );
  }

  draw(state, interaction) {
    const title = nameOf(interaction);
    text(this.name, title ?? t("customer.unknown"));
    attribute(this.name, "translate", title ? "no" : null);
    const address = addressOf(interaction);
    fill(
      this.facts,
      address && address !== title && el("span", { translate: "no" }, address),
      el("span", null, t(`direction.${interaction.direction}`)),
      interaction.queue?.name && el("span", { translate: "no" }, interaction.queue.name),
      interaction.customer?.identityVerified && el("span.verified", null, icon("check", 14), t("customer.verified")),
    );
    const error = state.errors[this.id] ?? null;
    if (error !== this.#shownError) {
      this.#shownError = error;
      fill(this.problem, failure(this.app, this.id, error));
    }
    // A tab that is not shown names nothing.
    attribute(this.element, "aria-labelledby", state.order.length > 1 ? `tab-${this.id}` : null);
    attribute(this.element, "aria-label", state.order.length > 1 ? null : (title ?? t("customer.unknown")));
    attribute(this.element, "role", state.order.length > 1 ? "tabpanel" : "region");
    this.record.draw(state, interaction);
    (this.call ?? this.chat).draw(state, interaction);
    this.wrapup.draw(state, interaction);
  }

  tick(now) {
    this.call?.tick(now);
    this.wrapup.tick(now);
  }
}
