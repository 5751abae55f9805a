/** Targets as people read them, and times as inputs have them. */

import { t } from "../../../shared/js/i18n.js";

/** A time as an input of type datetime-local has it, in this machine's zone. */
export function localInput(value) {
  if (!value) return "";
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return "";
  const two = (number) => String(number).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment of an input of type datetime-local, in RFC 3339; null when it is empty. */
export function fromLocalInput(value) {
  const date = new Date(value);
  return value && !Number.isNaN(date.getTime()) ? date.toISOString().replace(".000Z", "Z") : null;
}

/** What a target is called in a list. */
export function targetTitle(target) {
  if (!target) return "";
  if (target.type === "worker") return target.workerName || target.workerSid || "";
  return (target.type === "queue" ? target.queue : target.number) ?? "";
}

/** A target in words, with its kind. */
export function targetText(target) {
  return target ? t(`target.${target.type}_named`, { name: targetTitle(target) }) : t("target.none");
}
