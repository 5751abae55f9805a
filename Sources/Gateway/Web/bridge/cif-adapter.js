/**
 * Patchbay in Dynamics 365: the host's end of `ccbridge` in the panel's own frame, which speaks the Channel Integration
 * Framework 2.0 with the CRM around it. The panel, or Flex with the plug-in, knows nothing of CIF:
 *
 *     const cif = startCIF({ crmOrigin, onNotice });
 *     const bridge = connectHost({ local: cif.door, … });
 *
 * Without CIF the door stays shut and the panel works on by itself. See docs/dynamics.md.
 */

import { Book } from "./cif/book.js";
import { Clicks, recordOfPage } from "./cif/clicks.js";
import { countryOfRecord, isInternational } from "./cif/country.js";
import { CIFError, Library, loadLibrary } from "./cif/library.js";
import { crmOriginOf } from "./cif/origin.js";
import { NOTICES } from "./cif/notices.js";
import { Lookup } from "./cif/lookup.js";
import { PanelModeKeeper } from "./cif/mode.js";
import { Offers } from "./cif/offers.js";
import { PresenceBridge } from "./cif/presence.js";
import { SMALLEST_WIDTH_PX, settingsOf } from "./cif/settings.js";
import { field, idOf, numberOf, objectOf, recordOf, slugText, truthOf, unpacked } from "./cif/values.js";
import { Waits, Windows, recordAt } from "./cif/windows.js";
import { BridgeError, InPageDoor, hostInPage } from "./ccbridge-host.js";
import { Emitter } from "./protocol/emitter.js";

export { CIFError, crmOriginOf };

const ENDS = new Set(["completed", "missed", "rejected", "cancelled", "transferred"]);
/** A transfer may be followed by the wrap-up of the same interaction: it is over when nothing comes for so long, in milliseconds. */
const TRANSFERRED_MS = 1_500;
/** The same notice is not said again within this long, in milliseconds. */
const NOTICE_MS = 2_000;
const UNKNOWN = Symbol("the CRM did not say");
const LOCALES = { 1031: "de", 1033: "en-US", 1034: "es-ES", 1036: "fr-FR", 1040: "it-IT", 2057: "en-GB", 2058: "es-MX", 3082: "es-ES" };

/** Begins. Options and what comes back: cif-adapter.d.ts. Does not throw: what is wrong is a notice. */
export function startCIF(options) {
  return new CIFAdapter(options);
}

class CIFAdapter {
  state = "loading";
  settings = null;
  door = new InPageDoor();
  #options;
  #events = new Emitter();
  #cif = null;
  #host = null;
  #windows;
  #mode;
  #offers;
  #presence;
  #lookup;
  #clicks = new Clicks();
  #environment = {};
  #selected = null;
  #present = null;
  #hasSettled = false;
  #told = new Set();
  #live = new Map();

  constructor(options) {
    this.#options = { framed: window.parent !== window, ...options };
    this.ready = new Promise((resolve) => (this.isReady = resolve));
    const { crmOrigin, framed, onNotice, readyMs } = this.#options;
    if (onNotice) this.#events.on("notice", onNotice);
    if (!framed || !crmOrigin) queueMicrotask(() => this.#absent(new CIFError("absent", "No origin of a CRM is configured for this page.")));
    else loadLibrary({ origin: crmOrigin, readyMs, onReady: (api) => this.#begin(api), onAbsent: (error) => this.#absent(error) });
  }

  on(name, listener) {
    return this.#events.on(name, listener);
  }

  close() {
    this.#host?.destroy();
    this.door.close();
  }

  #absent(error) {
    this.state = "standalone";
    this.#notice("absent", error);
    this.door.refuse("crm_unavailable");
    this.#events.emit("state", { state: this.state });
  }

  async #begin(api) {
    const { callMs, storage, crmOrigin } = this.#options;
    this.#cif = new Library(api, { callMs });
    this.#environment = await this.#readEnvironment();
    const { settings, wrong } = settingsOf(this.#environment);
    this.settings = settings;
    if (wrong.length > 0) this.#notice("settings", new CIFError("refused", `Custom parameters of the provider record are not understood: ${wrong.join(", ")}.`));
    const tell = (code, detail) => this.#notice(code, new CIFError("refused", NOTICES[code] ?? code, { reason: detail }));
    const cif = this.#cif;
    const control = (id, action) => this.#host.control(id, action).catch((error) => this.#notice("control_failed", error));
    this.#windows = new Windows({ cif, settings, tell, book: new Book(crmOrigin, storage) });
    this.#mode = new PanelModeKeeper({ cif, hasTasks: () => this.#live.size > 0 });
    this.#offers = new Offers({ cif, settings, control, ring: (code) => this.#ring(code, tell) });
    this.#presence = settings.presence && new PresenceBridge({ cif, tell, names: settings.presence, setPanel: (name) => this.#host.setPresence(name) });
    this.#lookup = new Lookup({ cif, entities: settings.searchEntities });
    await Promise.all([this.#listen(), this.#windows.restore().catch(() => {}), this.#enableClicks()]);
    this.#openHost();
    this.state = "connected";
    this.door.unlock();
    this.#events.emit("state", { state: this.state });
    this.isReady(this);
  }

  async #readEnvironment() {
    try {
      return objectOf(await this.#cif.call("getEnvironment"));
    } catch (error) {
      this.#notice(error.kind === "domain" ? "domain" : "environment", error);
      return {};
    }
  }

  #openHost() {
    const environment = this.#environment;
    const user = idOf(field(environment, "userId"));
    this.#host = hostInPage({
      locale: LOCALES[numberOf(field(environment, "userLcid")) ?? 0],
      user: user ? { crmUserId: user, name: slugText(field(environment, "userName"), 200) } : undefined,
      defaultRegion: this.settings.region ?? undefined,
      onScreenPop: (pop) => this.#pop(pop),
      onMatch: async (query) => ({ matches: await this.#lookup.find(query), truncated: false }),
      onPanelSet: (data) => this.#setPanel(data),
      onTab: (data) => this.#tab(data),
      onNotify: (data) => this.#notify(data),
      onNotifyCancel: ({ token }) => void this.#cif.call("cancelEvent", token).catch(() => {}),
      onInteraction: (data) => this.#interaction(data),
      onSnapshot: (data) => this.#snapshot(data),
      onSelected: (data) => this.#select(data),
      onPresence: (data) => this.#tellPresence((this.#present = data)),
      onLeader: () => this.#tellPresence(this.#present),
      onAnalytics: (data) => this.#analyse(data),
      onState: ({ state }) => state === "connected" && this.#events.emit("host", this.#host),
    }, this.door);
  }

  /** One of several windows of the same agent acts; where nobody says, this one. */
  get #leads() {
    return this.#host?.leader !== false;
  }

  /** The window that leads tells the agent's presence, also when it was told of it before it led. */
  #tellPresence(data) {
    if (data && this.#leads) void this.#presence?.panelChanged(data);
  }

  // What the CRM tells

  async #listen() {
    const failed = (error) => this.#notice("event_failed", BridgeError.from(error));
    const handlers = {
      onclicktoact: (payload) => this.#click(payload),
      onmodechanged: (payload) => this.#modeChanged(payload),
      onsizechanged: (payload) => this.#sizeChanged(payload),
      onpagenavigate: (payload) => this.#navigated(payload),
      onsendkbarticle: (payload) => this.#article(payload),
      onsessionswitched: (payload) => this.#switched(payload),
      onsessionclosed: (payload) => this.#sessionClosed(payload),
      onpresencechange: (payload) => this.#leads && this.#host && this.#presence?.crmChanged(payload),
    };
    const added = Object.entries(handlers).map(([name, handler]) => this.#cif.on(name, handler, failed));
    for (const { reason } of await Promise.allSettled(added)) if (reason) this.#notice(reason.kind === "domain" ? "domain" : "events", reason);
  }

  /** Setting it needs a privilege that agents seldom have; an administrator may have set it in the provider record. */
  async #enableClicks() {
    try {
      await this.#cif.call("setClickToAct", true);
    } catch (error) {
      if (truthOf(await this.#cif.call("getClickToAct").catch(() => null)) !== true) this.#notice("click_to_act", error);
    }
  }

  async #click(payload) {
    const click = this.#clicks.dialOf(payload);
    if (!click || !this.#host) return undefined;
    void this.#mode.demand();
    const record = click.record ?? recordOfPage(objectOf(await this.#cif.call("getEnvironment").catch(() => ({}))), click.entity);
    const country = record && !isInternational(click.number) ? await countryOfRecord(this.#cif, record).catch(() => UNKNOWN) : null;
    const region = (country === UNKNOWN ? null : country) ?? this.settings.region ?? undefined;
    try {
      // A number whose country may be another one is called when the agent has seen it, and not before.
      const answer = await this.#host.dial(click.number, { autoPlace: country !== UNKNOWN, region, ...(record ? { record } : {}) });
      if (answer.status === "refused") {
        const why = [answer.detail, answer.remedy].filter(Boolean).join(" ") || answer.reason;
        this.#notice("dial_refused", new CIFError("refused", "The call is not placed.", { method: "dial", reason: why }));
      }
      return answer;
    } catch (error) {
      this.#notice("dial_failed", error);
      return { status: "refused", reason: error.code };
    }
  }

  #modeChanged(payload) {
    const mode = this.#mode.clicked(payload);
    if (mode) this.#host?.panelChanged({ mode });
  }

  #sizeChanged(payload) {
    const widthPx = Math.round(numberOf(payload) ?? 0);
    if (widthPx > 0 && widthPx <= 10_000) this.#host?.panelChanged({ mode: "dock", widthPx });
  }

  async #navigated(payload) {
    const text = unpacked(payload);
    const value = typeof text === "string" ? text : field(objectOf(text), "value");
    if (typeof value !== "string" || value.length > 2_000) return;
    const record = recordAt(value, this.#options.crmOrigin);
    if (!this.#host) return;
    this.#host.setCurrentRecord(record, record ? value : undefined);
    if (record) this.#follow(await this.#windows.navigated(record));
  }

  async #switched(payload) {
    const sessionId = idOf(field(objectOf(payload), "sessionId"));
    const isFocused = truthOf(field(objectOf(payload), "focussed", "focused"));
    if (!sessionId || isFocused === false) return;
    await this.#mode.retry();
    this.#follow(await this.#windows.switched(sessionId));
  }

  /** The agent is somewhere else in the CRM: the panel goes along. */
  #follow(interactionId) {
    if (!interactionId || interactionId === this.#selected || !this.#leads || !this.#live.has(interactionId)) return;
    this.#selected = interactionId;
    this.#host.select(interactionId);
  }

  async #sessionClosed(payload) {
    const sessionId = idOf(field(objectOf(payload), "sessionId"));
    if (sessionId && this.#windows.sessionClosed(sessionId)) await this.#windows.openDefault().catch(() => {});
  }

  #article(payload) {
    const data = objectOf(payload);
    const title = slugText(field(data, "title"), 300);
    const link = String(field(data, "link") ?? "");
    if (link.length <= 2_000 && /^https?:\/\/[^\s]+$/i.test(link)) this.#host?.insertArticle({ title, link });
  }

  // What the panel tells

  #interaction({ event, interaction }) {
    const { interactionId, state, direction } = interaction;
    if (ENDS.has(state)) return this.#ended(interaction);
    clearTimeout(this.#live.get(interactionId)?.timer);
    const isNew = !this.#live.has(interactionId);
    this.#live.set(interactionId, { interaction });
    if (state !== "offered") void this.#offers.withdraw(interactionId);
    if (event !== "updated") this.#analyse({ name: `patchbay.${event}`, interactionId });
    if (!this.#leads || !this.#hasSettled) return undefined;
    if (isNew) void this.#mode.demand();
    if (state === "offered" && isNew && direction !== "outbound") void this.#offers.show(interaction);
    return undefined;
  }

  #ended({ interactionId, state }) {
    const known = this.#live.get(interactionId);
    void this.#offers.withdraw(interactionId);
    if (state === "transferred" && known) {
      clearTimeout(known.timer);
      known.timer = setTimeout(() => this.#over(interactionId), TRANSFERRED_MS);
    } else this.#over(interactionId);
  }

  #over(interactionId) {
    this.#live.delete(interactionId);
    this.#analyse({ name: "patchbay.over", interactionId });
    if (!this.#leads) return;
    void this.#windows.close(interactionId);
    void this.#mode.rest();
  }

  /** Everything as it is now: what is not in it any more is over. Nobody signed in says nothing about that. */
  async #snapshot({ state, interactions }) {
    if (state === "signed_out") return;
    const now = new Set(interactions.filter((one) => !ENDS.has(one.state)).map((one) => one.interactionId));
    for (const one of interactions) if (now.has(one.interactionId)) this.#live.set(one.interactionId, { interaction: one });
    const known = new Set([...this.#live.keys(), ...this.#windows.known()]);
    for (const interactionId of known) if (!now.has(interactionId)) this.#over(interactionId);
    if (this.#hasSettled) return;
    this.#hasSettled = true;
    for (const one of interactions) if (one.state === "offered" && one.direction !== "outbound" && this.#leads) void this.#offers.show(one);
    await this.#arrange();
    this.#follow(await this.#windows.inFront());
  }

  /** Where the panel stands at the beginning, and how wide. */
  async #arrange() {
    const isRefused = !(await (this.#live.size > 0 ? this.#mode.demand() : this.#mode.rest()));
    const { defaultSession, widthPx } = this.settings;
    if (defaultSession === "always" || (defaultSession === "auto" && isRefused)) {
      await this.#windows.openDefault().catch(() => {});
      await this.#mode.retry();
    }
    if (widthPx) await this.#cif.call("setWidth", widthPx).catch(() => {});
  }

  async #select({ interactionId }) {
    const isFirst = this.#selected === null;
    this.#selected = interactionId;
    // After a reload the panel says what it shows: no reason to take the agent away from what he looks at.
    if (!interactionId || !this.#leads || (isFirst && this.#windows.isRestored(interactionId))) return;
    await this.#windows.focus(interactionId).catch((error) => this.#notice("focus_failed", error));
  }

  async #pop({ interactionId, record: wanted, candidates = [], query = {} }) {
    const interaction = this.#live.get(interactionId)?.interaction;
    if (!interaction || interaction.state === "rejected") return { outcome: "failed", matches: [] };
    let record = recordOf(wanted);
    if (!record && candidates.length > 1) return { outcome: "multiple", matches: candidates };
    if (!record) {
      const matches = candidates.length > 0 ? candidates : await this.#lookup.find(query);
      if (matches.length > 1) return { outcome: "multiple", matches };
      record = recordOf(matches[0]);
    }
    if (!record) return { outcome: "none", matches: [] };
    try {
      const { tabId } = await this.#windows.open(interaction, record);
      return { outcome: "opened", record: { ...wanted, ...record }, matches: [], ...(tabId ? { tabId } : {}) };
    } catch (error) {
      if (!(error instanceof Waits)) this.#notice("open_failed", error);
      return { outcome: "failed", matches: [] };
    }
  }

  async #setPanel({ mode, widthPx }) {
    await this.#mode.request(mode);
    if (widthPx >= SMALLEST_WIDTH_PX) await this.#cif.call("setWidth", widthPx).catch(() => {});
    return { mode, ...(widthPx ? { widthPx } : {}) };
  }

  /** A tab is the interaction's record: it is opened by a pop, focused and closed by the interaction. */
  async #tab({ action, interactionId }) {
    if (action === "close") await this.#windows.close(interactionId);
    else if (!(await this.#windows.focus(interactionId))) throw new BridgeError("not_found", "The interaction has no tab in the CRM.");
    return {};
  }

  async #notify({ token, title, body, timeoutMs }) {
    const { action, reason } = await this.#offers.ask({ customer: slugText(title), number: slugText(body, 200), queue: "", channel: "" }, token, timeoutMs || undefined);
    if (action === "accept" || action === "reject") return { action, reason };
    return { action: "timeout", reason: action };
  }

  #ring(code, tell) {
    void this.#mode.demand();
    tell(code);
  }

  #analyse({ name, interactionId, valueMs, attrs = {} }) {
    if (!this.settings?.analytics || !interactionId || !this.#leads) return;
    const conversationId = interactionId;
    const customData = Object.entries({ ...attrs, ...(valueMs === undefined ? {} : { valueMs }) }).slice(0, 20)
      .map(([attribute, value]) => ({ attribute: slugText(attribute, 64), value: slugText(value, 200) }));
    const event = { kpiEventName: slugText(name, 64), eventTimestamp: new Date().toISOString(), customData };
    const data = { conversationId, providerSessionId: this.#host?.sid ?? conversationId, events: [event] };
    this.#cif.call("logAnalyticsEvent", data, event.kpiEventName).catch(() => {});
  }

  /** Tells the agent, the same thing once in a while: `onNotice({code, message, detail})`. */
  #notice(code, error) {
    // Whom the CRM does not know it refuses everything: that is one thing to say, and said once.
    const isStranger = error.kind === "domain";
    const key = isStranger ? "domain" : `${code} ${error.method ?? ""}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (!isStranger) setTimeout(() => this.#told.delete(key), NOTICE_MS);
    this.#events.emit("notice", { code: isStranger ? "domain" : code, message: error.message, detail: slugText(error.reason ?? "", 500) });
  }
}
