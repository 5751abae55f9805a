/** The telephone around an app: a frame on a wide screen, nothing on a narrow one. */

import { time } from "../lib/format.js";
import { h } from "../lib/ui.js";

export function phone(label, ...children) {
  return h(
    "section.phone",
    { "aria-label": label },
    h("div.phone-top", { "aria-hidden": "true" }, h("span", { translate: "no" }, time(Date.now())), h("span.phone-notch"), h("span.phone-battery")),
    h("div.phone-screen", null, children),
  );
}
