/**
 * Patchbay's plug-in for Twilio Flex 2.x: lets a CRM page that frames Flex speak `ccbridge` with it. One plain script, no build.
 *
 * It listens to after-events of actions and to the worker client, never replaces an action, and does nothing at all where
 * Flex is not framed. Commands go to the Gateway with the agent's Flex token; see docs/flex-plugin.md.
 */
(() => {
  "use strict";

  const NAME = "PatchbayFlexPlugin";
  const SCRIPT = document.currentScript ? document.currentScript.src : "";
  /** How long the Gateway may take to say whether a dial is permitted, in milliseconds; later words are not acted upon. */
  const DIAL_MS = 9_000;
  const REQUEST_MS = 8_000;
  const RECONNECT_MS = [1_000, 2_000, 5_000, 15_000];
  /** Longest line of the event stream that is kept, in characters. */
  const LINE_LIMIT = 1_048_576;
  const POP_MS = 10_000;
  /** An end this soon after the agent's own click is the agent's, in milliseconds: the worker's event may overtake the action's. */
  const OWN_CLICK_MS = 10_000;

  const CHANNELS = { voice: "voice", sms: "sms", whatsapp: "whatsapp", email: "email", callback: "callback", chat: "chat", web: "chat" };
  /** Reservation events and what they are for a CRM. A rescinded offer was taken by somebody else: it ends here, unanswered. */
  const ENDS = { rejected: "rejected", timeout: "missed", canceled: "cancelled", rescinded: "cancelled" };
  const ACTIONS = {
    accept: "AcceptTask", reject: "RejectTask", hangup: "HangupCall", hold: "HoldCall", resume: "UnholdCall", mute: "ToggleMute",
    unmute: "ToggleMute", transfer: "TransferTask", wrapup: "WrapupTask", complete: "CompleteTask",
  };

  /** Configuration of the account or of the hosted page names the Gateway; otherwise it is where this script came from. */
  function settings(manager) {
    const given = { ...manager.serviceConfiguration?.ui_attributes?.patchbay, ...manager.configuration?.patchbay };
    const own = /\/flex\/patchbay-flex-plugin\.js$/.test(new URL(SCRIPT || "about:blank", location.href).pathname) ? new URL(SCRIPT).origin : null;
    return { gateway: given.gateway ?? own, attributes: Array.isArray(given.attributes) ? given.attributes : [], isInDynamics: given.dynamics === true };
  }

  /** The agent's token, as it is now: Flex renews it. */
  const tokenOf = (manager) => manager.store?.getState()?.flex?.session?.ssoTokenPayload?.token ?? manager.user?.token ?? "";

  /** Requests to the Gateway. */
  class Gateway {
    constructor(origin, manager) {
      this.origin = origin;
      this.manager = manager;
    }

    async send(method, path, body) {
      const response = await this.open(method, path, { body, signal: AbortSignal.timeout(REQUEST_MS) });
      if (response.status === 204) return null;
      const answer = await response.json().catch(() => null);
      if (response.ok) return answer;
      throw Object.assign(new Error(answer?.title ?? `The Gateway answered ${response.status}.`), { status: response.status, problem: answer });
    }

    open(method, path, { body, signal, headers = {} } = {}) {
      return fetch(this.origin + path, {
        method, signal, cache: "no-store", credentials: "omit",
        headers: { Authorization: `Bearer ${tokenOf(this.manager)}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    }

    /** Calls `take(topic, data)` for each event, for as long as the page lives; resumes after the last one. */
    async follow(take) {
      let lastID;
      for (let failures = 0; ; failures += 1) {
        try {
          const headers = { Accept: "text/event-stream", ...(lastID ? { "Last-Event-ID": lastID } : {}) };
          const response = await this.open("GET", "/v1/stream", { headers });
          if (response.ok) {
            failures = 0;
            await readEvents(response.body, (id, topic, data) => {
              lastID = id || lastID;
              take(topic, data);
            });
          }
        } catch {
          // Tried again below, with the token of then.
        }
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)]));
      }
    }
  }

  async function readEvents(body, take) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let event = { id: "", topic: "", data: [] };
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n/);
      rest = lines.pop();
      if (rest.length > LINE_LIMIT) throw new RangeError("a line of the event stream is too long");
      for (const line of lines) {
        if (line === "") {
          if (event.data.length > 0) takeText(event, take);
          event = { id: event.id, topic: "", data: [] };
        } else if (line.startsWith("id:")) event.id = line.slice(3).trim();
        else if (line.startsWith("event:")) event.topic = line.slice(6).trim();
        else if (line.startsWith("data:")) event.data.push(line.slice(5).trimStart());
      }
    }
  }

  function takeText({ id, topic, data }, take) {
    let document;
    try {
      document = JSON.parse(data.join("\n"));
    } catch {
      return;
    }
    take(id, document?.type ?? topic, document?.data ?? document);
  }

  /** What the agent has in Flex, as interactions: one record a reservation, one report an event. */
  class Reservations {
    constructor({ manager, attributes, report }) {
      this.attributes = attributes;
      this.report = report;
      this.all = new Map();
      manager.workerClient.on("reservationCreated", (reservation) => this.watch(reservation, true));
      for (const reservation of manager.workerClient.reservations?.values() ?? []) this.watch(reservation, false);
    }

    get interactions() {
      return [...this.all.values()].map((one) => one.interaction);
    }

    of(payload) {
      const sid = payload?.task?.sid ?? payload?.sid ?? payload?.task?.reservationSid;
      return this.all.get(sid) ?? this.ofTask(payload?.task?.taskSid ?? payload?.taskSid);
    }

    ofTask(taskSid) {
      return [...this.all.values()].findLast((one) => one.interaction.taskSid === taskSid);
    }

    watch(reservation, isNew) {
      if (this.all.has(reservation.sid)) return;
      const now = Date.now();
      const one = { reservation, told: new Set(), clickedAt: -Infinity, interaction: interactionOf(reservation, this.attributes) };
      const status = reservation.status;
      one.interaction.state = isNew || status === "pending" ? "offered" : status === "wrapping" ? "wrapup" : "accepted";
      one.interaction.offeredTs = Date.parse(reservation.dateCreated) || now;
      this.all.set(reservation.sid, one);
      for (const [event, name] of Object.entries(ENDS)) reservation.on(event, () => this.end(one, name, event));
      reservation.on("accepted", () => this.change(one, "accepted", { acceptedTs: Date.now() }));
      reservation.on("wrapup", () => this.hungUp(one));
      reservation.on("completed", () => {
        this.hungUp(one);
        this.change(one, "completed", { completedTs: Date.now() });
        this.forget(one);
      });
      if (isNew) this.tell(one, "offered");
    }

    /** The conversation is over, whoever ended it; a transfer ends it for this agent. */
    hungUp(one) {
      if (one.told.has("wrapup")) return;
      const isOwn = performance.now() - one.clickedAt < OWN_CLICK_MS;
      const ended = { endedTs: Date.now(), endedBy: isOwn ? "agent" : "customer", outcome: "completed" };
      if (one.interaction.transfer) this.change(one, "transferred", ended);
      this.change(one, "wrapup", { ...ended, wrapupTs: Date.now() });
    }

    end(one, name, event) {
      this.change(one, name, { endedTs: Date.now(), endedBy: event === "rejected" ? "agent" : "system", outcome: event === "timeout" ? "missed" : event });
      this.forget(one);
    }

    change(one, name, fields) {
      if (one.told.has(name)) return;
      Object.assign(one.interaction, fields, { state: name });
      this.tell(one, name);
    }

    update(one, fields) {
      Object.assign(one.interaction, fields);
      this.report("updated", one.interaction);
    }

    tell(one, name) {
      one.told.add(name);
      this.report(name, one.interaction);
    }

    forget(one) {
      this.all.delete(one.reservation.sid);
    }
  }

  function interactionOf(reservation, allowed) {
    const { task } = reservation;
    const given = task.attributes ?? {};
    const text = (value) => (typeof value === "string" ? value.slice(0, 320) : "");
    const isOutbound = given.direction === "outbound";
    const kind = task.taskChannelUniqueName === "voice" ? "voice" : (given.channelType ?? task.taskChannelUniqueName);
    const customer = isOutbound ? text(given.outbound_to ?? given.to) : text(given.from ?? given.caller ?? given.customerAddress);
    const own = isOutbound ? text(given.from ?? given.caller) : text(given.to ?? given.called);
    return {
      interactionId: task.sid, taskSid: task.sid, reservationSid: reservation.sid, channel: CHANNELS[kind] ?? "chat",
      direction: isOutbound ? "outbound" : given.direction === "internal" ? "internal" : "inbound",
      from: isOutbound ? own : customer, to: isOutbound ? customer : own,
      queue: task.queueSid ? { id: task.queueSid, name: text(task.queueName).slice(0, 200) } : null,
      customer: {
        ...(text(given.name ?? given.customerName) ? { name: text(given.name ?? given.customerName).slice(0, 200) } : {}),
        ...(/^\+?\d{3,20}$/.test(customer) ? { phone: customer } : {}), identityVerified: false,
      },
      // Nothing but what the configuration names: attributes hold whatever a flow put there.
      attributes: Object.fromEntries(allowed.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]])),
      muted: false, held: false,
    };
  }

  class Patchbay {
    constructor(flex, manager, { gateway, attributes }, bridgeModule) {
      Object.assign(this, { flex, manager, BridgeError: bridgeModule.BridgeError });
      this.gateway = new Gateway(gateway, manager);
      /** Dials that this page asked for and whose outcome is not known, by dialId; outcomes that came before the answer. */
      this.dials = new Map();
      this.early = new Map();
      this.reservations = new Reservations({ manager, attributes, report: (event, one) => this.bridge?.interaction(event, structuredClone(one)) });
    }

    /** `local`: the door of an adapter in this page, where the CRM does not speak `ccbridge` itself. */
    start(connectHost, origins, local) {
      this.bridge = connectHost({
        origins, local,
        snapshot: () => ({ agent: this.agent, state: "ready", interactions: this.reservations.interactions }),
        handlers: {
          "dial.request": (data, { id }) => this.dial(data, id),
          "control.request": (data) => this.control(data),
          "presence.set": (data) => this.setPresence(data),
        },
      });
      this.bridge.on("interaction.selected", ({ interactionId }) => this.select(interactionId));
      this.bridge.on("article.insert", (article) => this.insert(article));
      this.listen();
      this.gateway.follow((topic, data) => this.take(topic, data));
    }

    get agent() {
      const { name, attributes } = this.manager.workerClient;
      return { id: String(name ?? this.manager.user?.identity ?? ""), name: String(attributes?.full_name ?? name ?? "") };
    }

    get presence() {
      const activity = this.manager.workerClient.activity;
      return { presence: String(activity?.name ?? ""), available: activity?.available === true, sinceTs: Date.parse(activity?.dateUpdated) || Date.now(), source: "panel" };
    }

    /** What happened, once it has: after-events. A before-event only remembers whose click it was. */
    listen() {
      const after = (name, listener) => this.flex.Actions.addListener(`after${name}`, (payload) => {
        const one = this.reservations.of(payload);
        return one && listener(one, payload);
      });
      after("AcceptTask", (one) => this.reservations.change(one, "accepted", { acceptedTs: Date.now() }));
      for (const name of ["HangupCall", "WrapupTask"]) {
        for (const moment of ["before", "after"]) {
          this.flex.Actions.addListener(moment + name, (payload) => {
            const one = this.reservations.of(payload);
            if (one) one.clickedAt = performance.now();
          });
        }
      }
      after("HoldCall", (one) => this.reservations.update(one, { held: true }));
      after("UnholdCall", (one) => this.reservations.update(one, { held: false }));
      after("TransferTask", (one, { targetSid, options }) => {
        const target = { kind: String(targetSid).startsWith("WQ") ? "queue" : "agent", id: String(targetSid) };
        this.reservations.update(one, { transfer: { target, mode: options?.mode === "WARM" ? "warm" : "cold" } });
      });
      after("CancelTransfer", (one) => this.reservations.update(one, { transfer: null }));
      after("CompleteTask", (one) => {
        this.reservations.hungUp(one);
        this.reservations.change(one, "completed", { completedTs: Date.now() });
      });
      this.flex.Actions.addListener("afterSelectTask", (payload) => {
        this.selected = this.reservations.of(payload)?.interaction.interactionId ?? null;
        this.bridge.select(this.selected);
      });
      this.flex.Actions.addListener("afterNavigateToView", () => {
        if (this.bridge.host?.capabilities.includes("panel")) this.bridge.setPanel({ mode: "dock" }).catch(() => {});
      });
      this.manager.workerClient.on("activityUpdated", () => this.bridge.presence(this.presence));
      this.bridge.on("state", ({ state }) => state === "connected" && this.bridge.presence(this.presence));
    }

    /** Puts an article into the text that the agent writes in the conversation he looks at. */
    insert({ title, link }) {
      const { conversationSid } = (this.selected && this.reservations.ofTask(this.selected))?.reservation.task.attributes ?? {};
      if (conversationSid) this.flex.Actions.invokeAction("SetInputText", { body: [title, link].filter(Boolean).join(" "), conversationSid }).catch(() => {});
    }

    /** Asks the Gateway; only what it permits is dialled, and only as it says. */
    async dial({ number, region, record, callerId, autoPlace }, nonce) {
      const until = Date.now() + DIAL_MS;
      let dialId;
      try {
        ({ dialId } = await this.gateway.send("POST", "/v1/dials", { number, region, record, callerId, autoPlace, nonce }));
      } catch (error) {
        return { status: "refused", reason: REASONS[error.status] ?? "offline", detail: String(error.problem?.detail ?? error.message).slice(0, 500) };
      }
      const outcome = await this.outcomeOf(dialId, until - Date.now());
      if (!outcome) throw new this.BridgeError("timeout", "The Gateway did not say in time whether the dial is permitted; nothing was dialled.");
      if (outcome.topic === "dial.refused") return pick({ status: "refused", ...outcome.data }, ["status", "reason", "detail", "remedy"]);
      if (outcome.data.status === "flex") return this.startCall(outcome.data);
      return pick(outcome.data, ["status", "e164", "interactionId"]);
    }

    async startCall({ dialId, destination, callerId, queueSid, taskAttributes, e164, interactionId }) {
      try {
        await this.flex.Actions.invokeAction("StartOutboundCall", {
          destination, ...(callerId ? { callerId } : {}), ...(queueSid ? { queueSid } : {}), taskAttributes: { ...taskAttributes, dialId },
        });
      } catch (error) {
        return { status: "refused", reason: "internal", detail: `Flex did not start the call: ${error?.message ?? "no reason given"}`.slice(0, 500), e164 };
      }
      return pick({ status: "placed", e164: e164 ?? destination, interactionId }, ["status", "e164", "interactionId"]);
    }

    outcomeOf(dialId, limit) {
      const early = this.early.get(dialId);
      this.early.delete(dialId);
      if (early) return Promise.resolve(early);
      return new Promise((resolve) => {
        const settle = (outcome) => {
          clearTimeout(timer);
          this.dials.delete(dialId);
          resolve(outcome);
        };
        const timer = setTimeout(() => settle(null), Math.max(0, limit));
        this.dials.set(dialId, settle);
      });
    }

    take(topic, data) {
      if (topic === "pop.requested") return void this.pop(data);
      if (topic !== "dial.accepted" && topic !== "dial.refused") return undefined;
      const settle = this.dials.get(data.dialId);
      if (settle) return settle({ topic, data });
      // Its request has not been answered yet, or another window made it: then this is dropped with the oldest.
      this.early.set(data.dialId, { topic, data });
      if (this.early.size > 20) this.early.delete(this.early.keys().next().value);
      return undefined;
    }

    /** The service counts a task's offers (`WT…~2`), Flex names them all by the task: the page knows it by that. */
    async pop({ popId, interactionId: id, trigger, record, matches, query, defaults }) {
      if (this.bridge.state !== "connected") return;
      const interactionId = this.reservations.ofTask(id.split("~")[0])?.interaction.interactionId ?? id;
      const start = performance.now();
      const result = await this.bridge
        .screenPop({ interactionId, trigger, record, candidates: matches, query, defaults }, { timeoutMs: POP_MS })
        .catch(() => ({ outcome: "failed" }));
      const body = { outcome: result.outcome, record: result.record, latencyMs: Math.round(performance.now() - start) };
      await this.gateway.send("POST", `/v1/agent/pops/${encodeURIComponent(popId)}`, body).catch(() => {});
    }

    async control({ interactionId, action, target, mode }) {
      const one = this.reservations.ofTask(interactionId);
      if (!one) throw new this.BridgeError("not_found", "Flex has no such task for this agent.");
      if (!(action in ACTIONS)) throw new this.BridgeError("denied", "Flex does this with its own buttons only.");
      const isMuting = action === "mute" || action === "unmute";
      if (isMuting && one.interaction.muted === (action === "mute")) return { interactionId, status: "done", state: one.interaction.state };
      const payload = { sid: one.reservation.sid };
      if (action === "transfer") Object.assign(payload, { targetSid: target?.id, options: { mode: mode === "warm" ? "WARM" : "COLD" } });
      try {
        await this.flex.Actions.invokeAction(ACTIONS[action], payload);
      } catch (error) {
        throw new this.BridgeError("conflict", `Flex did not do this: ${error?.message ?? "no reason given"}`);
      }
      if (isMuting) this.reservations.update(one, { muted: action === "mute" });
      return { interactionId, status: "done", state: one.interaction.state };
    }

    async setPresence({ presence }) {
      try {
        await this.flex.Actions.invokeAction("SetActivity", { activityName: presence });
      } catch (error) {
        throw new this.BridgeError("conflict", `Flex did not change the activity: ${error?.message ?? "no reason given"}`);
      }
      return { ...this.presence, source: "crm" };
    }

    select(interactionId) {
      const one = interactionId === null ? null : this.reservations.ofTask(interactionId);
      if (one === undefined) return;
      this.flex.Actions.invokeAction("SelectTask", one ? { sid: one.reservation.sid } : { task: undefined }).catch(() => {});
    }
  }

  const REASONS = { 400: "invalid_number", 401: "no_permission", 403: "no_permission", 422: "invalid_number", 429: "rate_limited", 503: "offline" };
  const pick = (object, names) => Object.fromEntries(names.filter((name) => (object[name] ?? null) !== null).map((name) => [name, object[name]]));

  /** The adapter's door, where Flex is the channel of Dynamics; undefined in every other page. */
  async function dynamics(flex, { gateway, isInDynamics }, origins) {
    if (origins.length === 0) return undefined;
    const { crmOriginOf, startCIF } = await import(`${gateway}/bridge/cif-adapter.js`);
    const crmOrigin = crmOriginOf({ origins, search: location.search, ancestor: location.ancestorOrigins?.[0] ?? null, isAsked: isInDynamics });
    if (!crmOrigin && !isInDynamics) return undefined;
    return startCIF({ crmOrigin, onNotice: (notice) => say(flex, notice) }).door;
  }

  /** Tells the agent in Flex's own way. */
  function say(flex, { code, message, detail }) {
    const id = `Patchbay-${code}`;
    console.warn(`${NAME}: ${code}: ${message}`);
    flex.Notifications?.registerNotification?.({ id, content: [message, detail].filter(Boolean).join(" "), type: "warning", timeout: 8_000, closeButton: true });
    flex.Notifications?.showNotification?.(id);
  }

  const Base = window.Twilio?.Flex?.FlexPlugin ?? class {
    constructor(name) {
      this.name = name;
    }
  };

  class PatchbayFlexPlugin extends Base {
    constructor() {
      super(NAME);
      this.version = "1.0.0";
    }

    async init(flex, manager) {
      if (window.parent === window) return;
      flex.AgentDesktopView.defaultProps.showPanel2 = false;
      const chosen = settings(manager);
      if (!chosen.gateway) {
        console.warn(`${NAME}: no Gateway is configured; set ui_attributes.patchbay.gateway to its origin.`);
        return;
      }
      try {
        const [bridgeModule, config] = await Promise.all([
          import(`${chosen.gateway}/bridge/ccbridge-panel.js`),
          fetch(`${chosen.gateway}/v1/panel/config`, { credentials: "omit", signal: AbortSignal.timeout(REQUEST_MS) }).then((answer) => answer.json()),
        ]);
        const local = await dynamics(flex, chosen, config.cifOrigins ?? []);
        new Patchbay(flex, manager, chosen, bridgeModule).start(bridgeModule.connectHost, config.origins ?? [], local);
      } catch (error) {
        console.warn(`${NAME}: the Gateway could not be reached; Flex works on without the CRM.`, error);
      }
    }
  }

  if (window.Twilio?.Flex?.Plugins) window.Twilio.Flex.Plugins.init(PatchbayFlexPlugin);
  else console.warn(`${NAME}: this page is not Flex 2.x.`);
})();
