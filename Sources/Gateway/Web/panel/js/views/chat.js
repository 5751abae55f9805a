/** A conversation: what was written, older messages on the way up, and an answer. */

import { attribute, el, fill, text, uniqueID } from "../../../shared/js/dom.js";
import { when } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { draftOf } from "../model/state.js";
import { grouped } from "../model/thread.js";
import { Transfer } from "./transfer.js";

/** So near to an edge counts as at it, in pixels. */
const EDGE_PX = 48;
const MAX_LENGTH = 1_600;

export class ChatView {
  #shown = null;
  #isAtEnd = true;

  constructor(panel, id) {
    Object.assign(this, { panel, app: panel.app, id });
    this.list = el("ol.messages", { "aria-label": t("chat.label") });
    this.top = el("div.chat-top");
    this.scroller = el("div.chat-scroll", { tabindex: 0, role: "region", "aria-label": t("chat.history"), onscroll: () => this.#scrolled() }, this.top, this.list);
    this.fresh = el("button.small.chat-fresh", { hidden: true, onclick: () => this.#toEnd() }, icon("down", 15), t("chat.newer"));
    const field = uniqueID("write");
    this.field = el("textarea", { id: field, rows: 1, maxlength: MAX_LENGTH, translate: "no", placeholder: t("chat.placeholder"), oninput: () => this.#typed(), onkeydown: (event) => this.#key(event) });
    this.submit = el("button.primary.square", { type: "submit", "aria-label": t("chat.send"), title: t("chat.send") }, icon("send", 19));
    this.give = el("button.ghost.small", { "aria-expanded": "false", "aria-controls": `transfer-${id}`, onclick: () => this.toggle(this.transfer.element.hidden) }, icon("transfer", 16), t("control.transfer"));
    this.finish = el("button.ghost.small", { onclick: () => this.app.act(id, "wrapup") }, icon("check", 16), t("chat.finish"));
    this.transfer = new Transfer(panel, id, () => this.toggle(false), ["cold"]);
    this.form = el("form.composer", { onsubmit: (event) => (event.preventDefault(), this.#send()) }, el("label.unseen", { for: field }, t("chat.write")), this.field, this.submit);
    this.tools = el("div.chat-tools", null, this.give, this.finish);
    this.element = el("section.chat", { "aria-label": t("chat.title") }, this.tools, this.transfer.element, el("div.chat-history", null, this.scroller, this.fresh), this.form);
    queueMicrotask(() => this.app.loadMessages(id));
  }

  toggle(isOpen) {
    this.transfer.element.hidden = !isOpen;
    attribute(this.give, "aria-expanded", String(isOpen));
    if (isOpen) this.transfer.open();
    else this.give.focus();
  }

  draw(state, interaction) {
    const isOver = interaction.state === "wrapup";
    this.form.hidden = this.tools.hidden = isOver;
    if (isOver) this.transfer.element.hidden = true;
    this.transfer.draw(state);
    const busy = Boolean(state.busy[this.id]);
    this.finish.disabled = busy;
    const { text: typed } = draftOf(state, interaction);
    if (this.field.value !== typed && document.activeElement !== this.field) this.field.value = typed;
    const thread = state.threads[this.id];
    if (!thread || thread === this.#shown) return;
    this.#drawThread(thread, interaction);
  }

  tick() {}

  #drawThread(thread, interaction) {
    const before = this.#shown;
    this.#shown = thread;
    const { scroller } = this;
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    const wasOlder = before?.items[0] !== thread.items[0];
    fill(this.top, this.#top(thread));
    fill(this.list, grouped(thread.items).map((group) => groupView(group, interaction)), thread.pending.map((one) => this.#pending(one)));
    if (this.#isAtEnd || !before) this.#toEnd();
    else if (wasOlder) scroller.scrollTop = scroller.scrollHeight - fromEnd;
    else this.fresh.hidden = thread.items.at(-1) === before.items.at(-1);
  }

  #top({ isLoading, isLoaded, error, hasMore, items }) {
    if (error) return el("p.callout.callout-bad", { role: "alert" }, icon("alert", 16), el("span", null, error.detail || t(error.hint)), el("button.small", { onclick: () => this.app.loadMessages(this.id) }, t("shell.retry")));
    if (isLoading) return el("p.chat-note", { role: "status" }, el("span.spinner", { "aria-hidden": "true" }), t("chat.loading"));
    if (isLoaded && !hasMore) return el("p.chat-note", null, t(items.length ? "chat.start" : "chat.nothing"));
    return isLoaded && el("button.small.ghost", { onclick: () => this.app.loadMessages(this.id) }, t("chat.older"));
  }

  #pending({ requestId, body, error }) {
    return el(
      "li.group.is-out",
      { class: error ? "is-failed" : "is-pending" },
      el("p.bubble", { translate: "no" }, body),
      error
        ? el("p.group-foot", { role: "alert" }, icon("alert", 14), el("span", null, t("chat.failed")), el("button.link", { onclick: () => this.app.send(this.id, body, requestId) }, t("chat.again")))
        : el("p.group-foot", null, t("chat.sending")),
    );
  }

  #scrolled() {
    const { scroller } = this;
    this.#isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < EDGE_PX;
    if (this.#isAtEnd) this.fresh.hidden = true;
    const thread = this.app.state.threads[this.id];
    if (scroller.scrollTop < EDGE_PX && thread?.isLoaded && thread.hasMore && !thread.error) this.app.loadMessages(this.id);
  }

  #toEnd() {
    this.#isAtEnd = true;
    this.fresh.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #typed() {
    this.app.draft(this.id, { text: this.field.value });
    this.#grow();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 132)}px`;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const body = this.field.value.trim();
    if (!body) return;
    this.field.value = "";
    this.#typed();
    this.#isAtEnd = true;
    this.app.send(this.id, body);
  }
}

function groupView({ direction, author, ts, items }, interaction) {
  const isOut = direction === "out";
  const name = isOut ? t("chat.me") : (interaction.customer?.name ?? author);
  return el(
    "li.group",
    { class: isOut ? "is-out" : "is-in" },
    items.map(({ body, media }) => el("p.bubble", { translate: "no" }, body, media > 0 && el("span.bubble-media", null, t("chat.media", { count: media })))),
    el("p.group-foot", null, el("span", { translate: isOut ? null : "no" }, name), el("time", { datetime: new Date(ts).toISOString() }, when(ts))),
  );
}
