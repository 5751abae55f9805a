/** The stand-in for a Dynamics page: so far only the frame of the channel provider, without a host behind it. */

import { panelOrigin } from "/dynamics-settings.js";

if (panelOrigin) {
  const frame = document.createElement("iframe");
  frame.title = "Patchbay";
  frame.src = `${panelOrigin}/panel/cif?ucilib=${encodeURIComponent(location.origin)}`;
  document.body.append(frame);
}
