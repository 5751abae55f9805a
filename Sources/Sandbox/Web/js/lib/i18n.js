/** Texts in the reader's language: one catalogue a language, plain JSON, every key in each of them. */

export const LANGUAGES = ["en", "es"];

let language = "en";
let catalogue = {};
let plurals = new Intl.PluralRules("en");

/** Chooses the language (address, then last choice, then browser) and loads its catalogue. */
export async function loadLanguage() {
  const asked = [new URLSearchParams(location.search).get("lang"), stored(), ...navigator.languages];
  const codes = asked.filter(Boolean).map((code) => code.slice(0, 2).toLowerCase());
  language = codes.find((code) => LANGUAGES.includes(code)) ?? "en";
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  const response = await fetch(`/web/locales/${language}.json`);
  catalogue = await response.json();
}

/** Chooses a language for this and all later pages. */
export async function chooseLanguage(code) {
  try {
    localStorage.setItem("patchbay.language", code);
  } catch {
    // For this page only then.
  }
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  history.replaceState(null, "", address);
  await loadLanguage();
}

function stored() {
  try {
    return localStorage.getItem("patchbay.language");
  } catch {
    return null;
  }
}

export const currentLanguage = () => language;

/** The text of `key`, with `{name}` replaced by `values.name`; `values.count` chooses between `key.one` and `key.other`. */
export function t(key, values = {}) {
  const text =
    (values.count !== undefined ? catalogue[`${key}.${plurals.select(values.count)}`] ?? catalogue[`${key}.other`] : null) ??
    catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? formatValue(values[name]) : whole));
}

/** The text of one value of a family, such as a status; a value that no catalogue knows stays as it is. */
export function tOf(family, value) {
  return catalogue[`${family}.${value}`] ?? String(value ?? "");
}

function formatValue(value) {
  return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : String(value);
}
