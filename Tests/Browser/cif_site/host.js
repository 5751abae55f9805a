// The host model of the Sandbox's Dynamics, in a page that draws nothing but the panel's frame.
import { HostModel } from "/web/js/dynamics/host-model.js";
import { serve } from "/web/js/dynamics/wire.js";

const panel = new URLSearchParams(location.search).get("panel");
window.rows = [];
window.queries = [];
window.host = new HostModel({
  rows: async (entity, query) => {
    window.queries.push({ entity, query });
    // A name that is no column: the real host never answers then.
    return { rows: window.rows.filter((row) => row.entity === entity), unknown: query.includes("nosuchcolumn") };
  },
});
window.prepare?.(window.host);
const frame = document.createElement("iframe");
frame.title = "Panel";
frame.src = panel;
frame.allow = "microphone; autoplay";
serve(window.host, frame, window.trusted ?? new URL(panel).origin);
document.querySelector("main").append(frame);
