/** Times and sizes as people read them. */

import { locale } from "./i18n.js";

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

/** How long something takes: minutes and seconds, with hours when there are some. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function size(bytes) {
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });
  return bytes < 1_048_576 ? `${number.format(bytes / 1024)} KiB` : `${number.format(bytes / 1_048_576)} MiB`;
}
