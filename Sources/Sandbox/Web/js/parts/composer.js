/** Where a message is written: text that grows, files, quick answers. Enter sends, Shift and Enter begin a line. */

import { fileSize } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { notify, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";

/** What one file may hold, in bytes. */
const FILE_LIMIT = 4 * 1024 * 1024;
/** "Is typing" is told at most this often, in milliseconds. */
const TYPING_EVERY_MS = 2_500;

const drafts = new Map();
const files = new Map();
let typedAt = 0;

/**
 * The composer of the conversation `key`.
 *
 * `send(body, media)` takes what was written at once; `typed()` hears that someone writes; `quick` is a list of answers
 * `{label, value}`; `extra` stands beside the paper clip.
 */
export function composer({ key, send, typed, quick = [], extra, placeholder, canAttach = true }) {
  const attached = files.get(key) ?? [];
  const submit = () => {
    const body = (drafts.get(key) ?? "").trim();
    if (!body && !attached.length) return;
    drafts.delete(key);
    files.delete(key);
    const area = document.getElementById(`composer-${key}`);
    if (area) area.value = "";
    send(body, attached);
    redraw();
  };
  const pressed = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const written = (event) => {
    drafts.set(key, event.target.value);
    if (typed && Date.now() - typedAt > TYPING_EVERY_MS) {
      typedAt = Date.now();
      typed();
    }
  };
  return h(
    "form.composer",
    {
      key: `composer-${key}`,
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    quick.length > 0 &&
      h("div.quick", { key: "quick" }, quick.map(({ label, value }) => h("button.quick-answer", { type: "button", onclick: () => send(value, []) }, label))),
    attached.length > 0 && h("ul.attached", { "aria-label": t("chat.attached") }, attached.map((file) => attachedView(key, file))),
    h(
      "div.composer-row",
      { key: "row" },
      extra,
      canAttach && attachButton(key),
      h("textarea", {
        id: `composer-${key}`, rows: 1, placeholder: placeholder ?? t("chat.write"), "aria-label": t("chat.write"),
        key: "text", value: drafts.get(key) ?? "", onkeydown: pressed, oninput: written,
      }),
      h("button.primary.square.round", { key: "send", type: "submit", "aria-label": t("chat.send"), title: t("chat.send") }, icon("send")),
    ),
  );
}

function attachButton(key) {
  const id = `file-${key}`;
  const take = async (event) => {
    const chosen = [...event.target.files];
    event.target.value = "";
    for (const file of chosen) {
      if (file.size > FILE_LIMIT) {
        notify(t("chat.file_large", { name: file.name, limit: fileSize(FILE_LIMIT) }), { isError: true });
        continue;
      }
      files.set(key, [...(files.get(key) ?? []), await read(file)]);
    }
    redraw();
  };
  return [
    h("input.unseen", { type: "file", id, multiple: true, tabindex: -1, "aria-hidden": "true", onchange: take }),
    h(
      "button.ghost.square",
      { key: "attach", type: "button", "aria-label": t("chat.attach"), title: t("chat.attach"), onclick: () => document.getElementById(id).click() },
      icon("attach"),
    ),
  ];
}

function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () =>
      resolve({
        filename: file.name, content_type: file.type || "application/octet-stream", size: file.size,
        data: reader.result.slice(reader.result.indexOf(",") + 1),
      });
    reader.readAsDataURL(file);
  });
}

function attachedView(key, file) {
  const drop = () => {
    files.set(key, files.get(key).filter((other) => other !== file));
    redraw();
  };
  return h(
    "li",
    { translate: "no" },
    icon("file", { size: 16 }),
    h("span", null, file.filename),
    h("button.ghost.square", { type: "button", "aria-label": t("chat.drop_file", { name: file.filename }), onclick: drop }, icon("close", { size: 14 })),
  );
}
