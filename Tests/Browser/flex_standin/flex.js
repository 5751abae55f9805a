/**
 * A stand-in of Twilio Flex UI 2.x, as far as patchbay-flex-plugin.js uses it.
 *
 * Covered, with the behaviour of the real one (unpkg @twilio/flex-ui 2.14.0 d.ts, twilio-taskrouter 2.x, public plug-ins):
 *   Twilio.Flex.Plugins.init(Class)         constructs and calls init(flex, manager)
 *   Actions.invokeAction(name, payload)     before listeners, the action (replaced or not), after listeners; a promise; an unknown name is rejected
 *   Actions.addListener / removeListener    `before…`, `after…`; a before listener may abort
 *   Actions.replaceAction                   counted, so that a test sees that nobody does it
 *   AgentDesktopView.defaultProps.showPanel2
 *   Manager: user {identity, token}, store.getState().flex.session.ssoTokenPayload.token, configuration,
 *            serviceConfiguration.ui_attributes, workerClient
 *   workerClient: name, sid, attributes, activity {name, available, dateUpdated}, reservations (Map), on(event)
 *            with reservationCreated, activityUpdated
 *   reservation: sid, status, dateCreated, task {sid, attributes, queueSid, queueName, taskChannelUniqueName, age}, on(event)
 *            with accepted, rejected, timeout, canceled, rescinded, wrapup, completed
 *   actions: AcceptTask, RejectTask, SelectTask, CompleteTask, WrapupTask, HangupCall, HoldCall, UnholdCall, ToggleMute,
 *            TransferTask, CancelTransfer, StartOutboundCall, SetActivity, SetInputText, NavigateToView, with `sid` or `task` as
 *            the real ones take them
 *   Notifications.registerNotification, showNotification
 *
 * Not covered: components and React, strings and themes, voice and chat clients, conferences' participants,
 * the outbound task's life after StartOutboundCall, supervisors' views, plug-in versions, the redirect of a sign-in.
 */
(() => {
  class Emitter {
    #listeners = new Map();
    on(name, listener) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return this;
    }
    emit(name, value) {
      for (const listener of this.#listeners.get(name) ?? []) listener(value);
    }
  }

  const listeners = new Map();
  const invoked = [];
  const failing = new Map();
  let replaced = 0;
  const find = (payload) => manager.workerClient.reservations.get(payload?.sid ?? payload?.task?.sid);
  const task = (reservation) => reservation && { ...reservation.task, sid: reservation.sid, taskSid: reservation.task.sid, status: reservation.status };
  const become = (reservation, status, event) => {
    reservation.status = status;
    reservation.emit(event, reservation);
  };
  const actions = {
    AcceptTask: (payload) => become(find(payload), "accepted", "accepted"),
    RejectTask: (payload) => become(find(payload), "rejected", "rejected"),
    HangupCall: () => {},
    WrapupTask: (payload) => become(find(payload), "wrapping", "wrapup"),
    CompleteTask: (payload) => become(find(payload), "completed", "completed"),
    SelectTask: () => {}, HoldCall: () => {}, UnholdCall: () => {}, ToggleMute: () => {}, TransferTask: () => {}, CancelTransfer: () => {},
    StartOutboundCall: () => {}, SetInputText: () => {}, NavigateToView: () => {},
    SetActivity: ({ activityName }) => {
      manager.workerClient.activity = { name: activityName, available: activityName === "Available", dateUpdated: new Date().toISOString() };
      manager.workerClient.emit("activityUpdated", manager.workerClient);
    },
  };

  const Actions = {
    addListener: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    removeListener: (name, listener) => listeners.set(name, (listeners.get(name) ?? []).filter((one) => one !== listener)),
    replaceAction: () => (replaced += 1),
    invokeAction: async (name, payload = {}) => {
      if (!(name in actions)) throw new Error(`Action ${name} is not registered`);
      const whole = { ...payload, ...(find(payload) ? { task: task(find(payload)) } : {}) };
      let isAborted = false;
      for (const listener of listeners.get(`before${name}`) ?? []) await listener(whole, () => (isAborted = true));
      if (isAborted) return;
      if (failing.has(name)) throw new Error(failing.get(name));
      await Promise.resolve();
      actions[name](whole);
      invoked.push({ name, payload });
      for (const listener of listeners.get(`after${name}`) ?? []) await listener(whole);
    },
  };

  const workerClient = Object.assign(new Emitter(), {
    name: "ana.ruiz", sid: "WK1", attributes: { full_name: "Ana Ruiz", contact_uri: "client:ana.ruiz" }, reservations: new Map(),
    activity: { name: "Available", available: true, dateUpdated: new Date(0).toISOString() },
  });
  const manager = {
    user: { identity: "ana_2Eruiz", token: "older-token" }, workerClient, configuration: window.appConfig ?? {},
    serviceConfiguration: { ui_attributes: window.uiAttributes ?? {} },
    store: { getState: () => ({ flex: { session: { ssoTokenPayload: { token: window.flexToken ?? "flex-token" } } } }) },
  };
  const shown = [];
  const registered = new Map();
  const Notifications = {
    registerNotification: (notification) => registered.set(notification.id, notification),
    showNotification: (id) => shown.push(registered.get(id)),
  };
  const Flex = {
    Actions, Notifications, AgentDesktopView: { defaultProps: { showPanel2: true } }, Manager: { getInstance: () => manager },
    Plugins: { init: (Plugin) => (window.plugin = new Plugin(), window.started = Promise.resolve(window.plugin.init(Flex, manager)).then(() => (window.isLoaded = true))) },
  };
  window.Twilio = { Flex };

  // What the tests drive.
  window.standin = {
    invoked, manager, failing, shown,
    replaced: () => replaced,
    /** Offers a task as TaskRouter does. */
    offer: (number, attributes = {}, more = {}) => {
      const reservation = Object.assign(new Emitter(), {
        sid: `WR${number}`, status: "pending", dateCreated: new Date().toISOString(),
        task: {
          sid: `WT${number}`, taskChannelUniqueName: "voice", queueSid: "WQ1", queueName: "Sales", age: 42,
          attributes: { direction: "inbound", from: "+34600111222", to: "+34910000000", name: "Lucía", iban: "ES00", ...attributes }, ...more,
        },
      });
      workerClient.reservations.set(reservation.sid, reservation);
      workerClient.emit("reservationCreated", reservation);
    },
    become: (number, status, event) => become(workerClient.reservations.get(`WR${number}`), status, event),
  };
  // Tasks that the agent had before this page was loaded.
  for (const number of window.earlierTasks ?? []) {
    window.standin.offer(number);
    window.standin.become(number, "accepted", "accepted");
  }
})();
