/** Twelve keys, which can be typed as well. */

import { el } from "../../../shared/js/dom.js";
import { tones } from "../model/calls.js";

const KEYS = [["1", ""], ["2", "ABC"], ["3", "DEF"], ["4", "GHI"], ["5", "JKL"], ["6", "MNO"], ["7", "PQRS"], ["8", "TUV"], ["9", "WXYZ"], ["*", ""], ["0", "+"], ["#", ""]];
const PLUS_MS = 500;

/** `press(digit)` is called for each key; `hasPlus` lets a long press of 0 give +. */
export function keypad({ label, press, hasPlus = false }) {
  const buttons = KEYS.map(([digit, letters]) => key(digit, letters));
  const element = el("div.keypad", { role: "group", "aria-label": label, onkeydown: typed }, buttons);

  function key(digit, letters) {
    let timer = null;
    let wasLong = false;
    const isZero = hasPlus && digit === "0";
    const down = () => {
      wasLong = false;
      if (isZero) timer = setTimeout(() => ((wasLong = true), press("+")), PLUS_MS);
    };
    return el(
      "button.key",
      { type: "button", translate: "no", "aria-label": digit, onpointerdown: down, onpointerup: () => clearTimeout(timer), onpointerleave: () => clearTimeout(timer), onclick: () => !wasLong && press(digit), data: { digit } },
      el("span.key-digit", null, digit),
      el("span.key-letters", { "aria-hidden": "true" }, digit === "0" && !hasPlus ? "" : letters),
    );
  }

  function typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    const digit = tones(event.key);
    if (!digit) return;
    event.preventDefault();
    press(digit);
    buttons.find((one) => one.dataset.digit === digit)?.focus();
  }

  return {
    element,
    focus: () => buttons[0].focus(),
    enable: (isEnabled) => buttons.forEach((one) => (one.disabled = !isEnabled)),
  };
}
