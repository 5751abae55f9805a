// Runs before the page's scripts in every frame: keeps what arrives at the window and what goes over ports, and can send
// anything over the port in use.
(() => {
  const post = MessagePort.prototype.postMessage;
  window.received = [];
  window.sent = [];
  window.addEventListener("message", (event) => window.received.push({ origin: event.origin, data: event.data, ports: event.ports.length }));
  MessagePort.prototype.postMessage = function (message, ...rest) {
    window.lastPort = this;
    window.sent.push(message);
    if (window.sent.length > 2_000) window.sent.shift();
    // A message that the browser lost, as none does.
    if (window.loseNext && message.type !== "ping") return (window.loseNext = false);
    return post.call(this, message, ...rest);
  };
  const Channel = window.MessageChannel;
  window.MessageChannel = function () {
    const channel = new Channel();
    window.lastPort = channel.port1;
    return channel;
  };
  window.sendRaw = (message) => post.call(window.lastPort, message);
  // The envelope of the next message of this side, to be spoiled by a test.
  let forged = 0;
  window.envelope = (type, data, changes = {}) => {
    const sid = window.sent.findLast((message) => message.sid)?.sid ?? window.bridge.sid;
    forged = Math.max(forged, ...window.sent.map((message) => message.seq)) + 1;
    return { ns: "ccbridge", v: 1, type, id: crypto.randomUUID(), sid, seq: forged, ts: Date.now(), data, ...changes };
  };
  window.sendForged = (type, data, changes) => {
    const message = window.envelope(type, data, changes);
    window.sendRaw(message);
    return message.id;
  };
})();
