/** Line icons on a grid of 24, in the colour of the text around them. */

import { el } from "./dom.js";

const SHAPES = {
  add: "M12 5v14M5 12h14",
  alert: "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
  away: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2",
  back: "m15 5-7 7 7 7",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500a2.200 2.200 0 0 0 4 0",
  bell_off: "M9 5.800A6 6 0 0 1 18 11v4.500M18.500 18h-14L6 16.500V11c0-.7.100-1.300.300-2M10 20.500a2.200 2.200 0 0 0 4 0M4 4l16 16",
  chat: "M4.500 5h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H11l-5 3.500V17H4.500a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z",
  check: "m4 12.500 5 5L20 6.500",
  close: "m6 6 12 12M18 6 6 18",
  delete: "M8.500 5.500H20v13H8.500L3 12zM11.500 9.500l5 5M16.500 9.500l-5 5",
  down: "m6 9.500 6 6 6-6",
  edit: "m4 20 1-4L16 5l3 3L8 19z",
  email: "M3.500 5.500h17v13h-17zM4 6.500l8 6.500 8-6.500",
  end: "M3 14.500c5-5 13-5 18 0l-2.300 2.700-3.700-1.600v-2.400a11 11 0 0 0-6 0v2.400l-3.700 1.600z",
  export: "M12 4v11M7.500 8.500 12 4l4.500 4.500M4 15v5h16v-5",
  external: "M13.500 4.500h6v6M19.500 4.500l-9 9M17 14v5.500H4.500V7H10",
  history: "M4.500 8A8.500 8.500 0 1 1 3.500 13M4 4v4.500h4.500M12 8v4.500l3 2",
  hold: "M8.500 5v14M15.500 5v14",
  import: "M12 15V4M7.500 10.500 12 15l4.500-4.500M4 15v5h16v-5",
  keypad: "M6 5h.1M12 5h.1M18 5h.1M6 11h.1M12 11h.1M18 11h.1M6 17h.1M12 17h.1M18 17h.1",
  keys: "M3.500 6.500h17v11h-17zM7 10h.1M10.300 10h.1M13.700 10h.1M17 10h.1M8 14h8",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300L12 6.300M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  mic: "M12 3.500a2.800 2.800 0 0 0-2.800 2.800v5a2.800 2.800 0 0 0 5.600 0v-5A2.800 2.800 0 0 0 12 3.500zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500v3",
  mic_off: "M9.200 9v2.300a2.800 2.800 0 0 0 4.300 2.400M14.800 11V6.300a2.800 2.800 0 0 0-5.400-1M5.500 11a6.500 6.500 0 0 0 10 5.500M18.500 11c0 1-.200 1.900-.600 2.700M12 17.500v3M4 4l16 16",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  number: "M6.500 3.500h3l1.500 4-2 1.500a11 11 0 0 0 6 6l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A16.500 16.500 0 0 1 4.500 5.700a2 2 0 0 1 2-2.200z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20.500a7.500 7.500 0 0 1 15 0",
  play: "M8 5.500v13l10.500-6.500z",
  publish: "M12 20V8M7 13l5-5 5 5M5 4h14",
  queue: "M4 7h16M4 12h16M4 17h10",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.500 4.500",
  send: "M4 12 20 4.500 15.500 20l-3.500-6zM12 14l3.500-4.500",
  sms: "M7.500 3.500h9a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM10.500 17.500h3",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  tasks: "M4 6.500h16v5H4zM4 14.500h16v4H4z",
  transfer: "M4 8.500h14M14 4.500l4 4-4 4M20 16H8M11.500 12.500 8 16l3.500 3.500",
  trash: "M4.500 6.500h15M9 6.500V4h6v2.500M6.500 6.500l1 14h9l1-14",
  undo: "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4",
  versions: "m12 3.500 9 4.500-9 4.500L3 8zM3.500 12.500 12 16.800l8.500-4.300M3.500 17 12 21.300l8.500-4.300",
  window: "M3.500 5h17v14h-17zM3.500 9h17",
};

/** Dots need more ink than lines. */
const DOTS = new Set(["keypad", "more"]);

/** An icon. It is decoration: what it means is told in words beside it. */
export function icon(name, size = 18) {
  return el(
    "svg.icon",
    { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", focusable: "false" },
    el("path", { d: SHAPES[name], "stroke-width": DOTS.has(name) && 3.2 }),
  );
}

/** The product's sign: two jacks and the cable between them. */
export function sign(size = 28) {
  return el(
    "svg.mark",
    { viewBox: "0 0 32 32", width: size, height: size, "aria-hidden": "true", focusable: "false" },
    el("rect", { width: 32, height: 32, rx: 8 }),
    el("circle", { cx: 10, cy: 11, r: 3.2 }),
    el("circle", { cx: 22, cy: 21, r: 3.2 }),
    el("path", { d: "M10 14.500v3a5 5 0 0 0 5 5h3.600" }),
  );
}
