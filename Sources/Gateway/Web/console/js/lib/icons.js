/** Line icons on a grid of 24, in the colour of the text around them. */

import { el } from "./dom.js";

const SHAPES = {
  add: "M12 5v14M5 12h14",
  alert: "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
  back: "m15 5-7 7 7 7",
  check: "m4 12.500 5 5L20 6.500",
  close: "m6 6 12 12M18 6 6 18",
  down: "m6 9.500 6 6 6-6",
  edit: "m4 20 1-4L16 5l3 3L8 19z",
  export: "M12 4v11M7.500 8.500 12 4l4.500 4.500M4 15v5h16v-5",
  history: "M4.500 8A8.500 8.500 0 1 1 3.500 13M4 4v4.500h4.500M12 8v4.500l3 2",
  import: "M12 15V4M7.500 10.500 12 15l4.500-4.500M4 15v5h16v-5",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  number: "M6.500 3.500h3l1.500 4-2 1.500a11 11 0 0 0 6 6l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A16.500 16.500 0 0 1 4.500 5.700a2 2 0 0 1 2-2.200z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20.500a7.500 7.500 0 0 1 15 0",
  publish: "M12 20V8M7 13l5-5 5 5M5 4h14",
  queue: "M4 7h16M4 12h16M4 17h10",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.500 4.500",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  trash: "M4.500 6.500h15M9 6.500V4h6v2.500M6.500 6.500l1 14h9l1-14",
  undo: "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4",
  versions: "m12 3.500 9 4.500-9 4.500L3 8zM3.500 12.500 12 16.800l8.500-4.300M3.500 17 12 21.300l8.500-4.300",
};

/** An icon. It is decoration: what it means is told in words beside it. */
export function icon(name, size = 18) {
  return el(
    "svg.icon",
    { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", focusable: "false" },
    el("path", { d: SHAPES[name] }),
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
