/** Line icons on a grid of 24, drawn with the colour of the text around them. */

import { h } from "./ui.js";

const PATHS = {
  accept: ["M5 12.5l4.5 4.5L19 7.5"],
  agent: ["M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", "M11 17.5h2"],
  alert: ["M12 4L2.8 19.5h18.4L12 4z", "M12 10v4.5", "M12 17v.2"],
  attach: ["M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.7 17.2a1.7 1.7 0 0 1-2.4-2.4L15 7"],
  back: ["M15 5l-7 7 7 7"],
  bell: ["M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16z", "M10 20.5a2.2 2.2 0 0 0 4 0"],
  call: ["M6.5 3.5h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.700a2 2 0 0 1 2-2.200z"],
  chat: ["M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H11l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"],
  check: ["M4 12.5l4 4 8-9"],
  checks: ["M2.5 12.5l4 4 8-9", "M11 15l1.500 1.500 8-9"],
  clock: ["M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z", "M12 7.500V12l3 2"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  customer: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4.500 20.500a7.500 7.500 0 0 1 15 0"],
  desk: ["M3 4.500h18v11.500H3z", "M9 20.500h6", "M12 16v4.500"],
  digits: ["M5 5h.1M12 5h.1M19 5h.1M5 12h.1M12 12h.1M19 12h.1M5 19h.1M12 19h.1M19 19h.1"],
  edit: ["M4 20l1-4L16 5l3 3L8 19l-4 1z"],
  equal: ["M5 9.500h14", "M5 14.500h14"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  flask: ["M9 3h6", "M10 3v6L4.500 19a1.500 1.500 0 0 0 1.300 2h12.400a1.500 1.500 0 0 0 1.300-2L14 9V3", "M7.500 15h9"],
  hangup: ["M3.500 14.500c4.500-5 12.500-5 17 0l-2.500 2.500-3.500-2v-2.500a10 10 0 0 0-5 0V15L6 17z"],
  info: ["M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z", "M12 11v5.500", "M12 7.700v.2"],
  inward: ["M19 5L7 17", "M7 8v9h9"],
  mic: ["M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3z", "M5.500 11.500a6.500 6.500 0 0 0 13 0", "M12 18v3"],
  mic_off: ["M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3z", "M5.500 11.500a6.500 6.500 0 0 0 13 0", "M12 18v3", "M4 4l16 16"],
  missing: ["M12 4v10", "M12 18.500v.2"],
  moon: ["M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z"],
  more: ["M5 12h.1M12 12h.1M19 12h.1"],
  outward: ["M5 19L17 7", "M8 7h9v9"],
  open: ["M14 4h6v6", "M20 4l-9 9", "M18 14v6H4V6h6"],
  pause: ["M8 5v14", "M16 5v14"],
  play: ["M7 4.500v15l12-7.500z"],
  plus: ["M12 5v14", "M5 12h14"],
  power: ["M12 3.500v8", "M7 6.500a8 8 0 1 0 10 0"],
  send: ["M4 12l16-8-6 17-3-7-7-2z"],
  sliders: ["M4 7h9", "M19 7h1", "M4 17h1", "M11 17h9", "M16 4.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z", "M8 14.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400"],
  swap: ["M4 8h15", "M15 4l4 4-4 4", "M20 16H5", "M9 12l-4 4 4 4"],
  system: ["M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6z"],
  trash: ["M4.500 6.500h15", "M9 6.500V4h6v2.500", "M6.500 6.500l1 14h9l1-14"],
};

/** An icon; decoration unless it is given a `label`. */
export function icon(name, { size = 20, label } = {}) {
  const meaning = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return h(
    "svg.icon",
    { viewBox: "0 0 24 24", width: size, height: size, focusable: "false", ...meaning },
    PATHS[name].map((d) => h("path", { d })),
  );
}

/** The product's sign: two jacks and the cable between them. */
export function mark(size = 28) {
  return h(
    "svg.mark",
    { viewBox: "0 0 32 32", width: size, height: size, "aria-hidden": "true", focusable: "false" },
    h("rect", { width: 32, height: 32, rx: 8 }),
    h("circle", { cx: 10, cy: 11, r: 3.2 }),
    h("circle", { cx: 22, cy: 21, r: 3.2 }),
    h("path", { d: "M10 14.5v3a5 5 0 0 0 5 5h3.600" }),
  );
}

/** How much of a span is left, as a ring that empties. `part` is 0 to 1. */
export function ring(part, text) {
  return h(
    "span.ring",
    { "aria-hidden": "true", vars: { "--part": String(Math.max(0, Math.min(1, part))) } },
    h(
      "svg",
      { viewBox: "0 0 40 40", width: 40, height: 40, focusable: "false" },
      h("circle.ring-back", { cx: 20, cy: 20, r: 17 }),
      h("circle.ring-left", { cx: 20, cy: 20, r: 17, pathLength: 1 }),
    ),
    h("span.ring-text", { translate: "no" }, text),
  );
}
