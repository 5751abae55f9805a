/**
 * What CIF gives and takes: the same thing is JSON text in one call, an object in the next and a Map in a third. Nothing here
 * throws; what is not as it should be is null or empty.
 */

/** A text longer than this is no answer of ours, in characters; answers of a lookup are the longest. */
const TEXT_LIMIT = 4_194_304;
const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
const ENTITY = /^[a-z][a-z0-9_]{0,63}$/;
/** Control characters, and those that turn the direction of writing or cannot be seen. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** The object that `value` is or holds as JSON text; any other value as it is. */
export function unpacked(value) {
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value !== "string" || value.length > TEXT_LIMIT || !/^\s*[{["]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** An object for sure. An event's payload may be packed once more in `value`. */
export function objectOf(value) {
  const outer = unpacked(value);
  if (outer === null || typeof outer !== "object" || Array.isArray(outer)) return {};
  const inner = unpacked(own(outer, "value"));
  return inner !== null && typeof inner === "object" && !Array.isArray(inner) ? { ...outer, ...inner } : outer;
}

export const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/** The first of these fields that is there, whatever the case of its letters. */
export function field(object, ...names) {
  const wanted = names.map((name) => name.toLowerCase());
  const keys = Object.keys(object);
  for (const name of wanted) {
    const key = keys.find((one) => one.toLowerCase() === name && (object[one] ?? null) !== null);
    if (key !== undefined) return object[key];
  }
  return undefined;
}

/** Texts of a list, or of an object that numbers them. */
export function listOf(value) {
  const list = unpacked(value);
  if (Array.isArray(list)) return list;
  if (list !== null && typeof list === "object") return Object.keys(list).filter((key) => /^\d+$/.test(key)).map((key) => list[key]);
  return [];
}

/** An identifier: text of 1 to 128 characters; null for anything else. */
export function idOf(value) {
  const text = typeof value === "string" && /^\s*"/.test(value) ? unpacked(value) : value;
  return typeof text === "string" && text.length > 0 && text.length <= 128 ? text : null;
}

/** A number, also as text or in the `value` of an event; null for anything else. */
export function numberOf(value) {
  const plain = unpacked(value);
  const inner = plain !== null && typeof plain === "object" ? field(objectOf(plain), "value") : plain;
  const number = typeof inner === "number" || (typeof inner === "string" && inner.trim() !== "") ? Number(inner) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** True and false, and the texts of both. */
export const truthOf = (value) => {
  const plain = unpacked(value);
  return plain === true || plain === "true" ? true : plain === false || plain === "false" ? false : null;
};

export const guidOf = (value) => (typeof value === "string" ? (GUID.exec(value.trim())?.[1].toLowerCase() ?? null) : null);
export const entityOf = (value) => (typeof value === "string" && ENTITY.test(value) ? value : null);

/** A record that may be opened: an entity's logical name and a GUID. Whatever is in neither reaches no call of CIF. */
export function recordOf(record) {
  const entity = entityOf(record?.entity);
  const id = guidOf(record?.id);
  return entity && id ? { entity, id, ...(typeof record.label === "string" ? { label: record.label.slice(0, 200) } : {}) } : null;
}

export const isSameRecord = (one, other) => Boolean(one && other) && one.entity === other.entity && one.id === other.id;

/** A text for a template: braces would be slugs there, and what cannot be seen is left out. */
export const slugText = (value, max = 100) =>
  String(value ?? "").replace(UNSEEN, " ").replace(/[{}]/g, (brace) => (brace === "{" ? "(" : ")")).replace(/\s+/g, " ").trim().slice(0, max);
