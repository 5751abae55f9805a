// Makes messages that must not be acted upon, from a seed. Each is wrong in at least one way that the receiver has to notice.

function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)] };
}

const HOSTILE = ["", "+34600123456", "<script>window.hacked=1</script>", "__proto__", "constructor", "'; drop", "\u0000", "\ud800", "null", "*"];

function anything(random, depth = 0) {
  const makers = [
    () => null, () => undefined, () => random.next() < 0.5, () => random.below(2 ** 31) - 2 ** 30, () => random.next() * 1e300, () => NaN,
    () => -Infinity, () => random.pick(HOSTILE), () => "x".repeat(random.below(200)), () => 10n ** 20n, () => new Date(random.below(1e9)),
    () => new Map([["a", 1]]), () => new Uint8Array(random.below(20)), () => /x/, () => new Error("x"), () => new Blob(["x"]),
  ];
  if (depth < 4) {
    makers.push(() => Array.from({ length: random.below(5) }, () => anything(random, depth + 1)));
    makers.push(() => Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.pick(["ns", "type", "data", "number", "re", "__proto__", "v", "x"]), anything(random, depth + 1)])));
    makers.push(() => JSON.parse('{"__proto__":{"ns":"ccbridge","isOurs":true},"data":{}}'));
    makers.push(() => { const loop = {}; loop.loop = loop; return loop; });
  }
  return random.pick(makers)();
}

const notText = (random) => random.pick([null, undefined, 1, true, [], {}, new Date(0)]);
const longText = () => "9".repeat(5_000);

// Ways to spoil a message that would be acted upon.
const SPOILERS = [
  ["foreign", (m, r) => ({ ...m, ns: r.pick(["CCBRIDGE", "", null, 1, undefined, "ccbridge ", ["ccbridge"]]) })],
  ["version", (m, r) => ({ ...m, v: r.pick([0, 2, 99, -1, 1.5, "1", null, undefined, NaN]) })],
  ["type", (m, r) => ({ ...m, type: r.pick(["", "dial", "dial.requested", "DIAL.REQUEST", "__proto__", "constructor", "toString", null, 7, [], "x".repeat(65)]) })],
  ["id", (m, r) => ({ ...m, id: r.pick(["", null, undefined, 5, {}, "i".repeat(65)]) })],
  ["session", (m, r) => ({ ...m, sid: r.pick(["", "other", null, undefined, 1, `${m.sid} `, m.sid.toUpperCase() + "x"]) })],
  ["old", (m, r) => ({ ...m, seq: r.pick([0, 1, -1, 1.5, "2", null, undefined, 2 ** 53, 9_000_000_000]) })],
  ["time", (m, r) => ({ ...m, ts: r.pick([-1, 1.5, "now", null, undefined, Infinity]) })],
  ["expired", (m, r) => ({ ...m, ts: Date.now() - 20_000, ttlMs: 1 + r.below(1_000) })],
  ["limit", (m, r) => ({ ...m, ttlMs: r.pick([0, -1, 1e9, "1", NaN]) })],
  ["answer", (m) => ({ ...m, re: crypto.randomUUID() })],
  ["re", (m, r) => ({ ...m, re: r.pick(["", 7, {}, "r".repeat(65)]) })],
  ["data", (m, r) => ({ ...m, data: r.pick([null, undefined, [], "+34600123456", 7, true, new Map()]) })],
  ["large", (m) => ({ ...m, padding: "p".repeat(70_000) })],
  ["deep", (m) => { let deep = 1; for (let level = 0; level < 50; level += 1) deep = [deep]; return { ...m, extra: deep }; }],
  ["wide", (m) => ({ ...m, extra: Array.from({ length: 5_000 }, (_, index) => index) })],
  ["exotic", (m, r) => ({ ...m, extra: r.pick([new Map(), new Date(0), 1n, new Uint8Array(4), /x/, NaN]) })],
];

const SPOILED_DATA = {
  "dial.request": (r) => r.pick([{}, { number: notText(r) }, { number: "" }, { number: longText() }, { number: "1", region: "SPAIN" }, { number: "1", autoPlace: "yes" }, { number: "1", record: "c-1" }]),
  "control.request": (r) => r.pick([{}, { interactionId: "a" }, { interactionId: "a", action: "explode" }, { interactionId: notText(r), action: "hangup" }, { interactionId: "a", action: "dtmf", digits: 5 }, { interactionId: "a", action: "transfer", target: { kind: "planet", id: "x" } }]),
  "presence.set": (r) => ({ presence: notText(r) }),
  "interaction.selected": (r) => ({ interactionId: r.pick([undefined, 5, [], "", "i".repeat(200)]) }),
  "record.choose": (r) => r.pick([{}, { interactionId: "a" }, { interactionId: "a", record: { entity: "", id: "x" } }, { interactionId: "a", record: [] }]),
  "record.current": (r) => r.pick([{}, { record: 5 }, { record: { entity: "contact" } }, { record: null, url: 5 }]),
  "article.insert": (r) => ({ title: notText(r), link: notText(r) }),
  "interaction.offered": (r) => r.pick([{}, { interaction: null }, { interaction: { interactionId: "a" } }, { interaction: { interactionId: "a", channel: "pigeon", direction: "inbound", state: "x" } }]),
  "interaction.accepted": (r) => ({ interaction: anything(r, 3) instanceof Array ? [] : { interactionId: 5 } }),
  "screenpop.request": (r) => r.pick([{}, { interactionId: "a", trigger: "whenever" }, { interactionId: "a", trigger: "manual", record: { id: "x" } }, { interactionId: "a", trigger: "manual", candidates: Array(21).fill({}) }, { interactionId: "a", trigger: "manual", defaults: JSON.parse('{"__proto__":1}') }]),
  "log.save": (r) => r.pick([{}, { log: {}, idempotencyKey: "k" }, { log: null, idempotencyKey: notText(r) }]),
  "leader.changed": (r) => ({ leader: r.pick([1, "true", null, undefined]) }),
  "auth.changed": (r) => ({ signedIn: r.pick([0, "no", null]) }),
};

const VALID = {
  host: { "dial.request": { number: "+34600123456", autoPlace: true }, "control.request": { interactionId: "WT1", action: "hangup" }, "presence.set": { presence: "Offline" } },
  panel: { "screenpop.request": { interactionId: "WT1", trigger: "manual" }, "leader.changed": { leader: true }, "auth.changed": { signedIn: false } },
};
// Types that only the other side may send.
const BACKWARDS = { host: "screenpop.request", panel: "dial.request" };

/** Sends `count` messages as `side` by `send`; gives back how many of each kind. `base(type, data)` makes one that is right. */
window.fuzz = async ({ seed, count, side, sinks }) => {
  const random = generator(seed);
  const kinds = {};
  const types = Object.keys(VALID[side]);
  const spoiledTypes = Object.keys(SPOILED_DATA).filter((type) => sinks.includes(type));
  const base = window.envelope("ping", { n: 0 });
  for (let number = 0; number < count; number += 1) {
    const right = (type, data) => ({ ...base, type, id: crypto.randomUUID(), seq: base.seq, ts: Date.now(), data });
    const type = random.pick(types);
    let kind;
    let message;
    const choice = random.next();
    if (choice < 0.2) [kind, message] = ["anything", anything(random)];
    else if (choice < 0.7) {
      const [name, spoil] = random.pick(SPOILERS);
      [kind, message] = [name, spoil(right(type, VALID[side][type]), random)];
    } else if (choice < 0.95) {
      const spoiled = random.pick(spoiledTypes);
      [kind, message] = ["schema", right(spoiled, SPOILED_DATA[spoiled](random))];
    } else [kind, message] = ["backwards", right(BACKWARDS[side], VALID[side === "host" ? "panel" : "host"][BACKWARDS[side]])];
    // Their own number, so that an old number is not what saves the receiver.
    if (message !== null && typeof message === "object" && message.seq === base.seq && message.sid === base.sid) message.seq = window.fuzzSeq = (window.fuzzSeq ?? base.seq - 1) + 1;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    try {
      window.sendRaw(message);
    } catch (error) {
      // What cannot be cloned cannot be sent by anybody.
      if (error.name !== "DataCloneError") throw error;
    }
    if (number % 1_000 === 999) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return kinds;
};
