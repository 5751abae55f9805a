/**
 * Checks of values: each takes a value and its path, and gives back a copy that holds known fields only, or throws a
 * `SchemaError`. A copy is built from own fields by name, so that nothing of the other side's objects is kept.
 */

export class SchemaError extends Error {
  constructor(path, expectation) {
    super(`${path} must be ${expectation}`);
    this.name = "SchemaError";
  }
}

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);
const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Text of `min` to `max` UTF-16 units. It stays text: whoever shows it must not read it as markup. */
export const text = (max, min = 0) => (value, path) => {
  if (typeof value === "string" && value.length >= min && value.length <= max) return value;
  throw new SchemaError(path, `text of ${min} to ${max} characters`);
};

/** Text that is shown and nothing else: what is longer than `max` is cut, since somebody's long name must not hide his call. */
export const clipped = (max) => (value, path) => {
  if (typeof value === "string") return value.length > max ? value.slice(0, max).replace(/[\uD800-\uDBFF]$/, "") : value;
  throw new SchemaError(path, "text");
};

export const identifier = text(128, 1);

export const integer = (min, max) => (value, path) => {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new SchemaError(path, `a whole number from ${min} to ${max}`);
};

/** Unix time in milliseconds, and a duration in milliseconds. */
export const moment = integer(0, 8_640_000_000_000_000);
export const duration = integer(0, 31_536_000_000);

export const fraction = (value, path) => {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new SchemaError(path, "a number from 0 to 1");
};

export const flag = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new SchemaError(path, "true or false");
};

export const oneOf = (...words) => (value, path) => {
  if (typeof value === "string" && words.includes(value)) return value;
  throw new SchemaError(path, `one of ${words.join(", ")}`);
};

export const nullable = (check) => (value, path) => (value === null ? null : check(value, path));

/** Leaves the field out when it is missing or null. */
export const optional = (check) => Object.assign((value, path) => check(value, path), { isOptional: true });

/** Leaves the field out when it is missing, null or does not fit: without it the rest is still of use. */
export const fitting = (check) => {
  const inner = (value, path) => {
    try {
      return check(value, path);
    } catch {
      return undefined;
    }
  };
  return Object.assign(inner, { isOptional: true });
};

/** An empty value of the field instead of a missing one. */
export const fallback = (check, empty) => (value, path) => (value === undefined || value === null ? empty : check(value, path));

export const list = (check, max) => (value, path) => {
  if (!Array.isArray(value) || value.length > max) throw new SchemaError(path, `a list of at most ${max}`);
  return value.map((item, index) => check(item, `${path}[${index}]`));
};

/** An object with these fields; others are ignored. */
export const shape = (fields) => (value, path) => {
  if (!isPlain(value)) throw new SchemaError(path, "an object");
  const copy = {};
  for (const [name, check] of Object.entries(fields)) {
    const field = own(value, name);
    if (check.isOptional && (field === undefined || field === null)) continue;
    const checked = check(field, `${path}.${name}`);
    if (checked !== undefined) copy[name] = checked;
  }
  return copy;
};

/** Those fields of `fields` that are there: a part of a shape. */
export const part = (fields) =>
  shape(Object.fromEntries(Object.entries(fields).map(([name, check]) => [name, present(check)])));

const present = (check) => {
  const inner = (value, path) => (value === null ? null : check(value, path));
  return Object.assign((value, path) => inner(value, path), { isOptional: true });
};

/** An object with any names. */
export const map = (check, max) => (value, path) => {
  if (!isPlain(value)) throw new SchemaError(path, "an object");
  const entries = Object.entries(value);
  if (entries.length > max) throw new SchemaError(path, `an object of at most ${max} fields`);
  for (const [name] of entries) {
    if (name.length > 100 || FORBIDDEN_KEYS.has(name)) throw new SchemaError(path, "an object whose names are short and not reserved");
  }
  return Object.fromEntries(entries.map(([name, field]) => [name, check(field, `${path}.*`)]));
};

export const scalar = (value, path) => {
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return value;
  if (typeof value === "string") return clipped(2_000)(value, path);
  throw new SchemaError(path, "a text, a number, true, false or null");
};

export const either = (first, second) => (value, path) => {
  try {
    return first(value, path);
  } catch {
    return second(value, path);
  }
};
