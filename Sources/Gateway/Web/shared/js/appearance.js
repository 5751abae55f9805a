/** Light or dark: what the system wants, until it is chosen on this machine. */

const DARK = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (document.documentElement.dataset.theme ?? (DARK.matches ? "dark" : "light")) === "dark";

/** Calls `draw` whenever the system changes its mind. */
export const onSystemChange = (draw) => (DARK.onchange = draw);

/** Whether a person has chosen the colours on this machine. */
export function isThemeChosen() {
  try {
    return localStorage.getItem("patchbay.theme") !== null;
  } catch {
    return false;
  }
}

/** The other colours, from now on in every page of this origin. */
export function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("patchbay.theme", theme);
  } catch {
    // Until the page is left then.
  }
}
