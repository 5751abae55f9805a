/** A record as a form has it: what a person typed, what it was when he began, and whether that differs. Pure. */

import { fromLocalInput, localInput } from "../lib/targets.js";
import { contentOf, differences } from "./content.js";
import { targetOf, targetState } from "./target.js";

export class RecordForm {
  /** `base` is the record that is edited, or null for a new one; `content` what the form begins with. */
  constructor(base, content = contentOf(base)) {
    this.base = base;
    this.take(content);
  }

  take(content) {
    this.extension = content.extension;
    this.spokenName = content.spokenName;
    this.target = targetState(content.target ?? { type: "worker" });
    this.fallback = targetState(content.fallback);
    this.team = content.team ?? "";
    this.validUntilText = localInput(content.validUntil);
    this.validUntil = content.validUntil;
  }

  /** The input knows minutes: a moment that it shows unchanged keeps its seconds. */
  setValidUntil(text) {
    if (text === this.validUntilText) return;
    this.validUntilText = text;
    this.validUntil = fromLocalInput(text);
  }

  get content() {
    return {
      extension: this.extension.trim(),
      target: targetOf(this.target),
      spokenName: this.spokenName.trim(),
      fallback: targetOf(this.fallback),
      validUntil: this.validUntil,
      team: this.team.trim() || null,
    };
  }

  get isDirty() {
    if (this.base) return differences(this.base, this.content).length > 0 || this.hasHalfTyped;
    const { extension, spokenName, fallback, validUntil, team } = this.content;
    return Boolean(extension || spokenName || fallback || validUntil || team || this.target.typed || this.target.queue || this.target.number);
  }

  /** A worker's name that was typed and not chosen is no value yet, but it was typed. */
  get hasHalfTyped() {
    return [this.target, this.fallback].some((one) => one.kind === "worker" && !one.worker && one.typed !== "");
  }
}
