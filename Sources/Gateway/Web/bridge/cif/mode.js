/**
 * Docked or minimised: docked for an offer, minimised after the last wrap-up, and otherwise as the agent wants it. The CRM
 * refuses while a session of another provider is in front; then it is asked again when ours comes back.
 */

import { numberOf } from "./values.js";

export const MODES = Object.freeze({ min: 0, dock: 1, hide: 2 });
const NAMES = ["min", "dock", "hide"];

export class PanelModeKeeper {
  #cif;
  #manual = null;
  #wanted = null;
  #isRefused = false;
  #hasTasks = () => false;

  /** `hasTasks()`: whether the agent has anything to do; with that the panel is never minimised from here. */
  constructor({ cif, hasTasks }) {
    this.#cif = cif;
    this.#hasTasks = hasTasks;
  }

  get manual() {
    return this.#manual;
  }

  /** Something has come that needs an answer, or the agent asked for something here: docked, whatever was chosen before. */
  demand() {
    if (this.#manual !== MODES.dock) this.#manual = null;
    return this.#set(MODES.dock);
  }

  /** A view was opened here: docked, unless the agent has put the panel away. */
  show() {
    return this.#manual === MODES.min || this.#manual === MODES.hide ? Promise.resolve(false) : this.#set(MODES.dock);
  }

  /** Nothing is left to do: minimised, unless the agent has docked it himself. */
  rest() {
    return this.#hasTasks() || this.#manual === MODES.dock ? Promise.resolve(false) : this.#set(MODES.min);
  }

  /** What a page asks for by name. */
  request(mode) {
    if (mode === "dock") return this.show();
    return this.#hasTasks() ? Promise.resolve(false) : this.#set(MODES[mode]);
  }

  /** The agent's own click; gives back its name, or null. */
  clicked(value) {
    const mode = numberOf(value);
    if (!(mode in NAMES)) return null;
    this.#manual = mode;
    this.#wanted = mode;
    this.#isRefused = false;
    return NAMES[mode];
  }

  /** A session of ours is in front again. */
  retry() {
    return this.#isRefused && this.#wanted !== null ? this.#apply() : Promise.resolve(false);
  }

  #set(mode) {
    if (mode === this.#wanted && !this.#isRefused) return Promise.resolve(true);
    this.#wanted = mode;
    return this.#apply();
  }

  async #apply() {
    try {
      await this.#cif.call("setMode", this.#wanted);
      this.#isRefused = false;
      return true;
    } catch {
      this.#isRefused = true;
      return false;
    }
  }
}
