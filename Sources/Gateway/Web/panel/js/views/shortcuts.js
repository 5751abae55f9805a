/** Keys that work wherever the focus is, and the list of them. Each is a letter with Alt, so that none is typed by accident. */

import { el } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { modal } from "../../../shared/js/modal.js";
import { controls, isVoice } from "../model/calls.js";
import { offers } from "../model/state.js";

const KEYS = [
  ["KeyA", "Alt+A", "accept"], ["KeyR", "Alt+R", "reject"], ["KeyH", "Alt+H", "hold"], ["KeyM", "Alt+M", "mute"], ["KeyK", "Alt+K", "keypad"],
  ["KeyT", "Alt+T", "transfer"], ["KeyE", "Alt+E", "end"], ["KeyN", "Alt+N", "next"], ["KeyP", "Alt+P", "dial"],
];

/** What a screen reader and a tooltip say of a control's key. */
export const keyOf = (name) => KEYS.find(([, , one]) => one === name)?.[1];

export class Shortcuts {
  constructor(panel) {
    this.panel = panel;
    addEventListener("keydown", this.#key);
  }

  close() {
    removeEventListener("keydown", this.#key);
  }

  show() {
    const rows = KEYS.map(([, keys, name]) => el("div.key-row", null, el("dt", null, el("kbd", { translate: "no" }, keys)), el("dd", null, t(`keys.${name}`))));
    modal({ title: t("shell.shortcuts"), content: el("div.modal-body", null, el("dl.keys", null, rows)) });
  }

  #key = (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || document.querySelector("dialog[open]")) return;
    const name = KEYS.find(([code]) => code === event.code)?.[2];
    if (!name) return;
    event.preventDefault();
    this.#run(name);
  };

  #run(name) {
    const { app } = this.panel;
    const waiting = offers(app.state)[0];
    if (name === "next") return this.panel.next();
    if (name === "dial") return this.panel.show("dial");
    if (name === "accept" || name === "reject") return waiting && app.act(waiting.interactionId, name);
    const { current } = this.panel;
    if (!current || !isVoice(current)) return undefined;
    const control = controls(current).find((one) => one.name === name);
    if (!control?.isEnabled) return undefined;
    if (name === "keypad" || name === "transfer") return this.panel.views.tasks.view(current.interactionId)?.call?.toggle(name);
    return app.act(current.interactionId, control.action);
  }
}
