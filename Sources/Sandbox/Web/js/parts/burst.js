/** Twenty numbered messages at once, to see that they arrive once and in order. */

import { t } from "../lib/i18n.js";
import { h } from "../lib/ui.js";
import { outbox } from "./outbox.js";

export const BURST_COUNT = 20;

/** Puts one message into the outbox; `post(body, media)` makes its request. */
export function deliverAll({ project, sid, body, media, post }) {
  outbox.send({ project, sid, body, media, deliver: post(body, media) });
}

/** The button that writes them; `deliver(body, media)` puts one into the outbox. */
export function burstButton(deliver) {
  const write = () => {
    for (let number = 1; number <= BURST_COUNT; number += 1) deliver(t("chat.burst_body", { number, of: BURST_COUNT }), []);
  };
  const label = t("chat.burst", { count: BURST_COUNT });
  return h("button.ghost.square.burst", { type: "button", "aria-label": label, title: label, onclick: write }, h("span", { "aria-hidden": "true", translate: "no" }, `×${BURST_COUNT}`));
}
