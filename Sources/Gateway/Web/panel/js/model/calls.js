/** Calls: what may be done with one in which state, and how long each part of it took. Pure. */

const VOICE = new Set(["voice", "callback"]);

export const isVoice = (interaction) => VOICE.has(interaction.channel);
export const isMessaging = (interaction) => !isVoice(interaction);

/** Where a call is: `connecting`, `dialing`, `ringing`, `talking`, `held`, `ended`. */
export function phase(interaction) {
  const { state, call = {} } = interaction;
  if (state === "wrapup" || interaction.endedTs || call?.state === "ended") return "ended";
  if (state === "connected") return interaction.held || call?.state === "held" ? "held" : "talking";
  if (state === "dialing" || state === "ringing") return state;
  return "connecting";
}

/** The controls of a call: `{action, isOn, isEnabled}`; `hold` and `resume`, `mute` and `unmute` are two sides of one. */
export function controls(interaction) {
  const where = phase(interaction);
  const isTalking = where === "talking" || where === "held";
  return [
    { name: "hold", action: interaction.held ? "resume" : "hold", isOn: Boolean(interaction.held), isEnabled: isTalking },
    { name: "mute", action: interaction.muted ? "unmute" : "mute", isOn: Boolean(interaction.muted), isEnabled: isTalking },
    { name: "keypad", action: "dtmf", isOn: false, isEnabled: where === "talking" },
    { name: "transfer", action: "transfer", isOn: false, isEnabled: isTalking },
    { name: "end", action: "hangup", isOn: false, isEnabled: where !== "ended" },
  ];
}

/**
 * How long it rang, was talked, held and wrapped up, in milliseconds; null for what has not begun. `hold` is what was
 * measured here, which counts where the interaction does not say it itself.
 */
export function times(interaction, hold, now) {
  const { offeredTs, acceptedTs, connectedTs, endedTs, wrapupTs, completedTs, durations = {} } = interaction;
  const begun = offeredTs ?? acceptedTs ?? null;
  const over = endedTs ?? wrapupTs ?? completedTs ?? null;
  const spent = (from, to) => (from === null || from === undefined ? null : Math.max(0, (to ?? now) - from));
  const since = interaction.heldSinceTs ?? hold?.since ?? null;
  const isHeld = Boolean(interaction.held) && over === null;
  const before = interaction.holdMs ?? hold?.ms ?? 0;
  const holdMs = durations.holdMs ?? before + (isHeld && since !== null ? Math.max(0, now - since) : 0);
  const connected = spent(connectedTs, over);
  return {
    ringMs: durations.ringMs ?? spent(begun, connectedTs ?? over),
    talkMs: durations.talkMs ?? (connected === null ? null : Math.max(0, connected - holdMs)),
    holdMs,
    heldMs: isHeld && since !== null ? Math.max(0, now - since) : null,
    // While it runs, it is counted here.
    wrapMs: (completedTs ? durations.wrapMs : null) ?? (over === null ? null : spent(wrapupTs ?? over, completedTs)),
  };
}

/** How much of an offer's time is left: `{ms, part}` with a part of 0 to 1; null when it has no end. */
export function timeLeft(interaction, now) {
  const { offeredTs, offerExpiresTs } = interaction;
  if (!offerExpiresTs) return null;
  const ms = Math.max(0, offerExpiresTs - now);
  const whole = Math.max(1, offerExpiresTs - (offeredTs ?? now));
  return { ms, part: Math.min(1, ms / whole) };
}

/** Digits that a telephone can send, out of what was typed or pasted. */
export const tones = (text) => text.replace(/[^0-9*#]/g, "");

/** How a customer is called: by name, else by number, address; null for nobody known. */
export const nameOf = ({ customer, direction, from, to }) => customer?.name || addressOf({ customer, direction, from, to }) || null;

export const addressOf = ({ customer, direction, from, to }) => customer?.phone || customer?.email || (direction === "outbound" ? to : from) || null;
