/**
 * The ring: two tones, as long as somebody waits. Browsers let a page sound only after a gesture in it, so the first
 * click or key unlocks it; until then the panel says that it cannot be heard.
 */

const TONES_HZ = [784, 988];
const TONE_S = 0.18;
const EVERY_MS = 2_400;
const LOUDNESS = 0.16;

export class Ring {
  #context = null;
  #timer = null;
  isOn = true;

  /** `changed()` is called once the sound is unlocked. */
  constructor({ changed }) {
    const unlock = async () => {
      this.#context ??= new AudioContext();
      await this.#context.resume().catch(() => {});
      if (!this.isUnlocked) return;
      removeEventListener("click", unlock, true);
      removeEventListener("keydown", unlock, true);
      changed();
    };
    // Not when the button goes down: what is drawn then must not move it from under the pointer.
    addEventListener("click", unlock, true);
    addEventListener("keydown", unlock, true);
  }

  get isUnlocked() {
    return this.#context?.state === "running";
  }

  get isRinging() {
    return this.#timer !== null;
  }

  /** Rings or stops. */
  set(isRinging) {
    if (isRinging === this.isRinging) return;
    clearInterval(this.#timer);
    this.#timer = isRinging ? setInterval(() => this.#sound(), EVERY_MS) : null;
    if (isRinging) this.#sound();
  }

  #sound() {
    if (!this.isOn || !this.isUnlocked) return;
    const begin = this.#context.currentTime;
    for (const [number, hertz] of [...TONES_HZ, ...TONES_HZ].entries()) this.#tone(hertz, begin + number * TONE_S);
  }

  #tone(hertz, at) {
    const tone = new OscillatorNode(this.#context, { type: "sine", frequency: hertz });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + TONE_S);
    tone.connect(gain).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  }
}
