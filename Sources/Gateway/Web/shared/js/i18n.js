/** Texts in the reader's language: one catalogue a language, every key in each. */

export const LANGUAGES = ["en", "es"];
const KEPT = "patchbay.language";

let current = "en";
let texts = {};
let place = "";
let plural = new Intl.PluralRules(current);

export const language = () => current;

/** The language with the region that the browser names: dates of en-GB are not those of en-US. */
export const locale = () => navigator.languages.find((code) => code.slice(0, 2).toLowerCase() === current) ?? current;

/** Loads the catalogue of a language from `folder`; of the one that is stored or that the browser prefers, when none is named. */
export async function loadTexts(folder, asked) {
  place = folder;
  const wanted = [asked, new URLSearchParams(location.search).get("lang"), stored(), ...navigator.languages];
  current = wanted.map((code) => (code ?? "").slice(0, 2).toLowerCase()).find((code) => LANGUAGES.includes(code)) ?? "en";
  plural = new Intl.PluralRules(current);
  texts = await (await fetch(`${place}/${current}.json`)).json();
  document.documentElement.lang = current;
}

/** Whether a person has chosen the language on this machine. */
export const isLanguageChosen = () => stored() !== null;

/** Changes the language from now on, in every page of this origin; only in this one when it is not to be kept. */
export async function chooseLanguage(code, { isKept = true } = {}) {
  try {
    if (isKept) localStorage.setItem(KEPT, code);
  } catch {
    // Until the page is left then.
  }
  await loadTexts(place, code);
}

function stored() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** The text of `key` with `{name}` replaced by `values.name`; `values.count` chooses between `key.one` and `key.other`. */
export function t(key, values = {}) {
  const numbered = values.count === undefined ? undefined : (texts[`${key}.${plural.select(values.count)}`] ?? texts[`${key}.other`]);
  const text = numbered ?? texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? show(values[name]) : whole));
}

/** The text of one value of a family (a status, an error code); `fallback` when no catalogue knows it. */
export function tOf(family, value, fallback = String(value ?? ""), values = {}) {
  const key = `${family}.${value}`;
  return key in texts ? t(key, values) : fallback;
}

const show = (value) => (typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : String(value));
