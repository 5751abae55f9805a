/** Times, sizes and names as people read them. */

import { currentLanguage, t } from "./i18n.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function time(date, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", ...(withSeconds ? { second: "2-digit" } : {}) };
  return new Intl.DateTimeFormat(currentLanguage(), { ...options, hour12: false }).format(new Date(date));
}

export function timeWithMilliseconds(date) {
  const moment = new Date(date);
  return `${time(moment, true)}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

/** Today only the time, otherwise the day. */
export function shortDate(date, now = Date.now()) {
  const moment = new Date(date);
  if (moment.toDateString() === new Date(now).toDateString()) return time(moment);
  return new Intl.DateTimeFormat(currentLanguage(), { day: "numeric", month: "short" }).format(moment);
}

export function day(date, now = Date.now()) {
  const moment = new Date(date);
  if (moment.toDateString() === new Date(now).toDateString()) return t("time.today");
  if (moment.toDateString() === new Date(now - DAY).toDateString()) return t("time.yesterday");
  return new Intl.DateTimeFormat(currentLanguage(), { day: "numeric", month: "long" }).format(moment);
}

/** A span as 0:07 or 12:40. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function fileSize(bytes) {
  const units = ["B", "KiB", "MiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) (value /= 1024), (unit += 1);
  return `${new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: unit ? 1 : 0 }).format(value)} ${units[unit]}`;
}

/** A name without the escapes of the old chat dialect: `ana_2Eruiz` is `ana.ruiz`. */
export function personName(identity) {
  if (!identity) return "";
  return identity.replace(/_([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

/** One or two letters for a picture that nobody has. */
export function initials(name) {
  const words = name.replace(/^whatsapp:/, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length) return "?";
  if (/^\d/.test(words[0])) return words.join("").slice(-2);
  return (words.length > 1 ? words[0][0] + words[1][0] : words[0].slice(0, 2)).toUpperCase();
}

export function phoneNumber(address) {
  return (address ?? "").replace(/^whatsapp:/, "");
}

/** A long identifier with its middle left out. */
export function shortSID(sid) {
  return sid && sid.length > 12 ? `${sid.slice(0, 6)}…${sid.slice(-4)}` : (sid ?? "");
}
