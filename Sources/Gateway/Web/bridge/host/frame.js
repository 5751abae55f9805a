/** The panel's iframe in a CRM page. */

/** What the panel may do in the frame: only its own origin, no other that it might be led to. */
const ALLOWED = ["microphone", "autoplay", "clipboard-write"];
const MINIMISED_PX = 48;

/** Puts the frame into `element`. It has no sandbox: a sandboxed frame without its origin could not be told from any other. */
export function createFrame({ element, origin, path, title, locale }) {
  const url = new URL(path, origin);
  if (url.origin !== origin) throw new TypeError("path must stay at the panel's origin");
  url.searchParams.set("ccbridge", "1");
  if (locale) url.searchParams.set("lang", locale);
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.allow = ALLOWED.map((feature) => `${feature} ${origin}`).join("; ");
  Object.assign(frame.style, { border: "0", width: "100%", height: "100%", minHeight: "320px", display: "block", colorScheme: "auto" });
  frame.src = url.href;
  element.append(frame);
  return frame;
}

/** What the panel asks for, when the page has no other idea. */
export function resizeFrame(frame, { mode, widthPx, heightPx }) {
  frame.hidden = mode === "hide";
  frame.style.display = mode === "hide" ? "none" : "block";
  frame.style.minHeight = mode === "min" ? "0" : "320px";
  if (mode === "min") frame.style.height = `${MINIMISED_PX}px`;
  else frame.style.height = heightPx ? `${heightPx}px` : "100%";
  if (widthPx) frame.style.width = `${widthPx}px`;
}

/** The element that `value` is or selects. */
export function elementOf(value) {
  const element = typeof value === "string" ? document.querySelector(value) : value;
  if (element instanceof Element) return element;
  throw new TypeError("element must be an element or a selector of one that is there");
}
