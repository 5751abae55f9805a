/** Whom an extension reaches: a worker, a queue or an outside number; the fallback may be nobody. */

import { el, fill, uniqueID } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { workerField } from "./worker-field.js";

const KINDS = ["worker", "queue", "number"];

/** `name` is the field's; `isOptional` offers nobody; `changed()` is told every change; `error` is the element with errors. */
export function targetField({ api, name, state, isOptional, changed, error, isDisabled }) {
  const group = uniqueID(name);
  const value = el("div.target-value");
  const describedBy = { "aria-describedby": error.id, disabled: isDisabled };
  const choose = (kind) => {
    state.kind = kind;
    drawValue();
    changed();
  };
  const kinds = isOptional ? [null, ...KINDS] : KINDS;

  function drawValue() {
    if (state.kind === null) return void fill(value);
    fill(value, INPUTS[state.kind]());
  }

  const INPUTS = {
    worker: () =>
      workerField({
        api, worker: state.worker, typed: state.typed,
        chosen: (worker, typed) => {
          state.worker = worker;
          state.typed = typed;
          changed();
        },
        attributes: { "aria-label": t("target.worker_name"), ...describedBy },
      }).elements,
    queue: () =>
      el("input", { type: "text", translate: "no", autocomplete: "off", value: state.queue, "aria-label": t("target.queue_name"), placeholder: t("target.queue_placeholder"), oninput: (event) => ((state.queue = event.target.value), changed()), ...describedBy }),
    number: () =>
      el("input", { type: "tel", translate: "no", autocomplete: "off", value: state.number, "aria-label": t("target.number_name"), placeholder: "+34912345678", oninput: (event) => ((state.number = event.target.value), changed()), ...describedBy }),
  };

  drawValue();
  return el(
    "fieldset.field",
    { data: { field: name } },
    el("legend", null, t(`field.${name}`)),
    el(
      "div.radios",
      null,
      kinds.map((kind) =>
        el(
          "label.radio",
          null,
          el("input", { type: "radio", name: group, value: kind ?? "none", checked: state.kind === kind, disabled: isDisabled, onchange: () => choose(kind) }),
          el("span", null, t(`target.${kind ?? "none"}`)),
        ),
      ),
    ),
    value,
    error,
  );
}
