/**
 * Builds elements. What is given as a child becomes a text node or is an element already: there is no way to pass markup,
 * whatever a name in the directory holds.
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "rect"]);
/** Set as properties, everything else as attributes. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "hidden", "indeterminate", "inert", "readOnly"]);

/**
 * An element. `name` may carry classes (`"div.card.wide"`); `on…` are listeners, `vars` are CSS custom properties, `data`
 * data attributes, `class` adds classes; false, null and undefined leave an attribute out.
 */
export function el(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(properties ?? {})) apply(element, key, value);
  element.append(...nodes(children));
  // A select knows its value only once it has options.
  if (tag === "select" && properties?.value !== undefined) element.value = properties.value;
  return element;
}

/** Puts other children into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** Sets or removes an attribute. */
export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : String(value));
}

/** Sets the text of an element, if it differs. */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== true)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

function apply(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "class") element.classList.add(...[value].flat().filter(Boolean));
  else if (key === "vars") for (const [name, one] of Object.entries(value)) element.style.setProperty(name, one);
  else if (key === "data") Object.assign(element.dataset, value);
  else if (PROPERTIES.has(key)) element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

let counter = 0;

/** An identifier that no other element has. */
export const uniqueID = (prefix) => `${prefix}-${(counter += 1)}`;

/** Draws anew inside `container` and gives the focus back to the element with the same `data-key`, with its caret. */
export function keepingFocus(container, draw) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  draw();
  if (key !== undefined) refocus(container.querySelector(`[data-key="${CSS.escape(key)}"]`), focused);
}

/** Gives `element` the focus, and the caret that `old` had, which stood in its place and is out of the page now. */
export function refocus(element, old) {
  element?.focus({ preventScroll: true });
  // Only fields with text have a caret.
  if (typeof old?.selectionStart === "number" && typeof element?.selectionStart === "number") {
    element.setSelectionRange(old.selectionStart, old.selectionEnd, old.selectionDirection);
  }
}
