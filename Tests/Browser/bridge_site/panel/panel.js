// A panel under test, built on the bridge as the real one is: `acted` is everything that it was made to do.
import { BridgeError, connectHost, electLeader } from "/bridge/ccbridge-panel.js";

const config = await (await fetch("/v1/panel/config")).json();
window.BridgeError = BridgeError;
window.acted = [];
window.events = [];
window.world = { agent: { id: "ana.ruiz", name: "Ana Ruiz" }, state: "ready", interactions: [] };

const act = (type, answer) => (data, meta) => {
  window.acted.push({ type, data, meta });
  return window.answers?.[type]?.(data, meta) ?? answer(data);
};

window.bridge = connectHost({
  origins: config.origins,
  compatibilityOrigins: config.compatibilityOrigins,
  panelId: "panel-1",
  ...(config.isBlind ? { ancestor: null } : {}),
  snapshot: () => window.world,
  handlers: {
    "dial.request": act("dial.request", (data) => ({ status: "placed", e164: data.number.replace(/[^+0-9]/g, ""), interactionId: "DL1" })),
    "control.request": act("control.request", (data) => ({ interactionId: data.interactionId })),
    "presence.set": act("presence.set", (data) => ({ presence: data.presence, available: true, sinceTs: 1, source: "crm" })),
  },
});
for (const name of ["state", "host", "interaction.selected", "record.choose", "record.current", "article.insert", "unloading", "problem"]) {
  window.bridge.on(name, (value) => window.events.push({ name, value: value instanceof Error ? { code: value.code, message: value.message } : value }));
}
if (config.elects) window.election = electLeader({ onChange: ({ state }) => window.events.push({ name: "leader", value: state }) });
window.isLoaded = true;
