// Before anything is drawn: the theme and the language that were chosen last time. Not a module, so that nothing flashes.
(() => {
  try {
    const theme = localStorage.getItem("patchbay.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    const language = localStorage.getItem("patchbay.language");
    if (language) document.documentElement.lang = language;
  } catch {
    // Storage is forbidden: the system's theme and the browser's language then.
  }
})();
