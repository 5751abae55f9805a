/** The customer: a telephone with a web chat, text messages and calls. */

import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { redraw, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { callsView } from "../parts/customer-calls.js";
import { textsView } from "../parts/customer-texts.js";
import { webChatView } from "../parts/customer-chat.js";
import { phone } from "../parts/phone.js";

const APPS = [
  { name: "chat", symbol: "chat", view: webChatView },
  { name: "texts", symbol: "agent", view: textsView },
  { name: "calls", symbol: "call", view: callsView },
];
let open = new URLSearchParams(location.search).get("app") ?? "chat";

startPage({ name: "customer", needs: ["conversations", "calls"], view });

function view(world) {
  const app = APPS.find(({ name }) => name === open) ?? APPS[0];
  return h(
    "div.stage",
    null,
    h("h1.unseen", null, t("customer.title")),
    phone(
      t("customer.phone"),
      h("div.app", { key: app.name }, app.view(world)),
      h(
        "nav.tabs",
        { "aria-label": t("customer.apps"), key: "tabs" },
        APPS.map(({ name, symbol }) =>
          h(
            "button",
            { "aria-current": name === app.name ? "true" : null, onclick: () => ((open = name), redraw()) },
            icon(symbol),
            h("span", null, t(`customer.app_${name}`)),
          ),
        ),
      ),
    ),
  );
}
