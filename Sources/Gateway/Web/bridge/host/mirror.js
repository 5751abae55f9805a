/** What the panel has told so far: its agent, its interactions. */

import { MESSAGES } from "../protocol/messages.js";

/** More than this many interactions are not kept: the oldest goes. */
const LIMIT = 50;
const full = MESSAGES["interaction.offered"].data;

export class Mirror {
  agent = null;
  #interactions = new Map();

  get interactions() {
    return [...this.#interactions.values()].map((interaction) => structuredClone(interaction));
  }

  /** Takes an interaction as a whole. */
  put(interaction) {
    this.#interactions.delete(interaction.interactionId);
    this.#interactions.set(interaction.interactionId, interaction);
    if (this.#interactions.size > LIMIT) this.#interactions.delete(this.#interactions.keys().next().value);
    return interaction;
  }

  /** Takes changed fields; null when what is known does not make a whole interaction with them. */
  merge(interactionId, changes) {
    const merged = { ...this.#interactions.get(interactionId), ...changes, interactionId };
    try {
      return this.put(full({ interaction: merged }, "data").interaction);
    } catch {
      return null;
    }
  }

  /** Takes a snapshot; gives back those interactions that it changed. */
  replace({ agent, interactions }) {
    const before = this.#interactions;
    this.agent = agent;
    this.#interactions = new Map();
    for (const interaction of interactions) this.put(interaction);
    return interactions.filter((now) => JSON.stringify(before.get(now.interactionId)) !== JSON.stringify(now));
  }
}
