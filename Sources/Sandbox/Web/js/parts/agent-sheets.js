/** What slides over the agent's app: transfer to whom, really close, write to a customer. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, notify, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { newSheet } from "./agent-new.js";
import { avatar } from "./people.js";

let openedFrom = null;

/** Opens one; the focus comes back to where it was. */
export function openSheet(state, name) {
  openedFrom = document.activeElement;
  state.sheet = name;
  redraw();
}

export function sheet({ project, worker, conversation, state }) {
  const stop = () => {
    state.sheet = null;
    // Until it is drawn what is behind the sheet takes no focus.
    redraw(() => openedFrom?.isConnected && openedFrom.focus());
  };
  const views = {
    transfer: () => conversation && transferSheet(project, worker, conversation, state),
    close: () => conversation && closeSheet(project, conversation, state),
    new: () => newSheet(state),
  };
  const content = views[state.sheet]?.();
  if (!content) return null;
  return h(
    "div.sheet-back",
    { key: "sheet", onclick: (event) => event.target.classList.contains("sheet-back") && stop(), onkeydown: (event) => event.key === "Escape" && stop() },
    h(
      "section.sheet",
      { role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title" },
      h(
        "header.sheet-bar",
        null,
        h("h2", { id: "sheet-title" }, t(`agent.sheet_${state.sheet}`)),
        h("button.ghost.square", { "aria-label": t("chat.cancel"), onclick: stop, focus: true }, icon("close")),
      ),
      content,
    ),
  );
}

function transferSheet(project, worker, conversation, state) {
  const others = project.workers.filter((one) => one.sid !== worker.sid);
  const transfer = (to, name) => async () => {
    const body = { project: project.name, conversation_sid: conversation.sid, from: worker.identity, to };
    const answer = await attempt(t("agent.transfer_failed"), () => api.post("/agent/transfer", body));
    if (answer === undefined) return;
    notify(t("agent.transfer_done", { to: name }));
    state.sheet = null;
    state.open = null;
    redraw();
  };
  if (!others.length) return h("p.hint", null, t("agent.transfer_nobody"));
  return h(
    "ul.choices",
    null,
    others.map((one) =>
      h(
        "li",
        { key: one.sid },
        h(
          "button.choice",
          { onclick: transfer(one.identity, one.name) },
          avatar(one.name),
          h("span.conversation-text", { translate: "no" }, h("span.conversation-title", null, one.name), h("span.conversation-last", null, one.activity)),
          h("span.presence", { class: one.available ? "present" : "absent" }, h("span.unseen", null, t(one.available ? "agent.is_available" : "agent.is_away"))),
        ),
      ),
    ),
  );
}

function closeSheet(project, conversation, state) {
  const close = async () => {
    const answer = await attempt(t("agent.close_failed"), () => api.post(`/conversations/${conversation.sid}/close`, { project: project.name }));
    if (answer === undefined) return;
    state.sheet = null;
    redraw();
  };
  return [h("p.hint", null, t("agent.close_text")), h("button.primary.wide", { onclick: close }, t("agent.close"))];
}
