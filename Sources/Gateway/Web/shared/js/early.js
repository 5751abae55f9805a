// Runs before the first paint, hence no module: the colours and the language that were chosen on this machine last time.
(() => {
  const root = document.documentElement;
  try {
    const { "patchbay.theme": theme, "patchbay.language": language } = localStorage;
    if (["light", "dark"].includes(theme)) root.dataset.theme = theme;
    if (language) root.lang = language;
  } catch {
    // Nothing may be stored here: the system decides.
  }
})();
