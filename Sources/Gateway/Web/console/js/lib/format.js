/** Times and targets as people read them. */

import { locale, t } from "./i18n.js";

const formats = new Map();

function format(name, options) {
  const key = `${locale()} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options));
  return formats.get(key);
}

const TIME = { hour: "2-digit", minute: "2-digit", hour12: false };

/** Hours and minutes of today, otherwise the day; with its year when that is another one. */
export function when(moment, now = Date.now()) {
  const date = new Date(moment);
  const today = new Date(now);
  if (Number.isNaN(date.getTime())) return "";
  if (date.toDateString() === today.toDateString()) return format("time", TIME).format(date);
  if (date.getFullYear() === today.getFullYear()) return format("day", { day: "numeric", month: "short" }).format(date);
  return format("year", { day: "numeric", month: "short", year: "numeric" }).format(date);
}

/** Day and time, in full. */
export function moment(value) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return "";
  return format("full", { day: "numeric", month: "short", year: "numeric", ...TIME }).format(date);
}

export function clock(value) {
  return format("seconds", { ...TIME, second: "2-digit" }).format(new Date(value));
}

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

export function size(bytes) {
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });
  return bytes < 1_048_576 ? `${number.format(bytes / 1024)} KiB` : `${number.format(bytes / 1_048_576)} MiB`;
}
