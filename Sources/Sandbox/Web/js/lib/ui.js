/**
 * A tiny element builder: `h()` describes, `mount()` draws, and drawing again changes only what differs, so that focus,
 * scroll position and half-written text stay. Text becomes text nodes and nothing else: there is no way to pass markup.
 */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "rect", "line", "polyline"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "indeterminate"]);
/** Kinds of `input` in which a person writes. */
const WRITTEN = new Set(["text", "tel", "search", "number", "email", "url"]);

/**
 * Describes an element.
 *
 * `name` may carry classes: `"div.card.wide"`. Properties are attributes, except: `key` tells siblings apart,
 * `on…` are listeners, `vars` are CSS custom properties, `class` adds classes, `stick` keeps a scrolled list at its end
 * (a new value jumps to the end), `focus` takes the focus when the element is made. False, null and undefined leave an
 * attribute out. Without a key the element of the last drawing is taken that has the same tag and the same classes in its
 * name, so what only sometimes stands before a field says by a class or a key that it is something else.
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  return { tag, classes, properties: properties ?? {}, key: properties?.key, children: normalise(children) };
}

function normalise(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== true)
    .map((child) => (typeof child === "object" ? child : { text: String(child) }));
}

/** Pauses between two drawings, in milliseconds. In between it is four times what drawing takes, whatever comes in. */
const SHORTEST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Draws `view()` into `container`. The function that it returns draws again, soon and once for many calls, and then calls
 * what it is given.
 */
export function mount(container, view) {
  let drawn = [];
  let timer = null;
  let pause = SHORTEST_PAUSE_MS;
  const afterwards = [];
  const draw = () => {
    timer = null;
    const began = performance.now();
    const next = normalise([view()]);
    patchChildren(container, drawn, next);
    drawn = next;
    for (const call of afterwards.splice(0)) call();
    pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, 4 * (performance.now() - began)));
  };
  draw();
  return (after) => {
    if (typeof after === "function") afterwards.push(after);
    // Not requestAnimationFrame: it stands still in a window that is behind others.
    timer ??= setTimeout(draw, pause);
  };
}

function create(node) {
  if (node.text !== undefined) {
    node.element = document.createTextNode(node.text);
    return node.element;
  }
  const element = SVG_TAGS.has(node.tag)
    ? document.createElementNS(SVG_NAMESPACE, node.tag)
    : document.createElement(node.tag);
  node.element = element;
  applyProperties(element, {}, node);
  patchChildren(element, [], node.children);
  // A select knows its value only once it has options.
  if (node.properties.value !== undefined && node.tag === "select") element.value = node.properties.value;
  if (node.properties.stick !== undefined) queueMicrotask(() => (element.scrollTop = element.scrollHeight));
  if (node.properties.focus) queueMicrotask(() => element.focus({ preventScroll: true }));
  return element;
}

function update(old, node) {
  const element = old.element;
  node.element = element;
  if (node.text !== undefined) {
    if (old.text !== node.text) element.data = node.text;
    return;
  }
  const stick = node.properties.stick;
  const wasAtEnd = stick !== undefined && element.scrollHeight - element.scrollTop - element.clientHeight < 48;
  applyProperties(element, old.properties, node);
  patchChildren(element, old.children, node.children);
  if (node.tag === "select" && node.properties.value !== undefined && document.activeElement !== element) {
    element.value = node.properties.value;
  }
  if (stick !== undefined && (wasAtEnd || stick !== old.properties.stick)) element.scrollTop = element.scrollHeight;
}

function patchChildren(parent, old, next) {
  const keyed = new Map();
  const free = [];
  for (const node of old) {
    if (node.key !== undefined) keyed.set(node.key, node);
    else free.push(node);
  }
  const kept = new Set();
  const matches = next.map((node) => {
    const index = node.key === undefined ? free.findIndex((candidate) => isSame(candidate, node)) : -1;
    const match = node.key !== undefined ? keyed.get(node.key) : free.splice(index, index < 0 ? 0 : 1)[0];
    if (!match || !isSame(match, node) || kept.has(match)) return null;
    kept.add(match);
    return match;
  });
  for (const node of old) if (!kept.has(node)) node.element.remove();
  let cursor = parent.firstChild;
  next.forEach((node, index) => {
    const element = matches[index] ? (update(matches[index], node), node.element) : create(node);
    if (element === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(element, cursor);
  });
}

function isSame(old, node) {
  if (old.tag !== node.tag || (old.text === undefined) !== (node.text === undefined)) return false;
  return node.text !== undefined || node.key !== undefined || old.classes.join() === node.classes.join();
}

function applyProperties(element, before, node) {
  const { properties, classes } = node;
  const classText = [...classes, ...[properties.class ?? []].flat().filter(Boolean)].join(" ");
  if ((element.getAttribute("class") ?? "") !== classText) element.setAttribute("class", classText);
  for (const name of new Set([...Object.keys(before), ...Object.keys(properties)])) {
    const value = properties[name];
    if (["key", "class", "stick", "focus"].includes(name)) continue;
    if (name.startsWith("on")) listen(element, name.slice(2), value);
    else if (name === "vars") applyVariables(element, before.vars ?? {}, value ?? {});
    else if (PROPERTIES.has(name)) {
      // What a person has chosen or typed wins over what was drawn before, until something else is described.
      if (value !== before[name] || (name === "value" && !isWrittenInto(element) && document.activeElement !== element)) element[name] = value ?? "";
    } else if (value === undefined || value === null || value === false) element.removeAttribute(name);
    else if (value !== before[name]) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Text stays when its field is left, too: a drawing may come between the field and the button. */
function isWrittenInto(element) {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && WRITTEN.has(element.type));
}

function applyVariables(element, before, variables) {
  for (const name of Object.keys(before)) if (!(name in variables)) element.style.removeProperty(name);
  for (const [name, value] of Object.entries(variables)) {
    if (before[name] !== value) element.style.setProperty(name, value);
  }
}

const listeners = new WeakMap();

function listen(element, type, handler) {
  let handlers = listeners.get(element);
  if (!handlers) listeners.set(element, (handlers = {}));
  if (!(type in handlers)) element.addEventListener(type, (event) => handlers[type]?.(event));
  handlers[type] = handler;
}
