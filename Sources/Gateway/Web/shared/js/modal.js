/** Questions that must be answered before anything else: modal dialogs of the browser, which keep the focus. */

import { el, uniqueID } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** Opens a modal dialog around `content`; the function that it returns closes it. */
export function modal({ title, content, isWide = false, closed = () => {}, isFixed = false }) {
  const id = uniqueID("dialog");
  const opener = document.activeElement;
  const dialog = el(
    "dialog.modal",
    { "aria-labelledby": id, class: isWide && "wide" },
    el(
      "div.panel-head",
      null,
      el("h2", { id }, title),
      !isFixed && el("button.ghost.square", { "aria-label": t("shell.close"), onclick: () => dialog.close() }, icon("close")),
    ),
    content,
  );
  if (isFixed) dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks yes or no; `extra` stands above the buttons. */
export function confirm({ title, text, yes, isDanger = false, extra = null }) {
  return new Promise((resolve) => {
    let answer = false;
    const accept = () => {
      answer = true;
      dialog.close();
    };
    const dialog = modal({
      title,
      closed: () => resolve(answer),
      content: el(
        "div.modal-body",
        null,
        el("p", null, text),
        extra,
        el(
          "div.panel-actions",
          null,
          el("button", { onclick: () => dialog.close(), autofocus: true }, t("shell.cancel")),
          el("button", { class: isDanger ? "danger" : "primary", onclick: accept }, yes),
        ),
      ),
    });
  });
}
