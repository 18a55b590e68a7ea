// A short tone of our own, made by the browser, again and again while an emergency waits for somebody.

const EVERY_MS = 4000;
const NOTES_HZ = [880, 660, 880, 660];
const NOTE_S = 0.18;
const LOUDNESS = 0.25;
const KEPT = "alarm-muted";

export type SoundState = "on" | "off" | "muted" | "none";

export class Siren {
  private context: AudioContext | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** `changed` is called whenever the sound can be heard or no longer can. */
  constructor(private readonly changed: () => void) {
    if (typeof AudioContext === "undefined") return;
    this.context = new AudioContext();
    this.context.onstatechange = () => this.changed();
    // Browsers let a page be heard once somebody has touched it: any touch will do.
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => void this.wake(), { passive: true });
    void this.wake();
  }

  get state(): SoundState {
    if (!this.context) return "none";
    if (this.muted) return "muted";
    return this.context.state === "running" ? "on" : "off";
  }

  get ringing(): boolean {
    return this.timer !== undefined;
  }

  async wake(): Promise<void> {
    if (this.context && this.context.state !== "running") await this.context.resume().catch(() => undefined);
  }

  mute(muted: boolean): void {
    try {
      localStorage.setItem(KEPT, muted ? "1" : "");
    } catch {
      // Without storage it is forgotten with the page, which is the safe side.
    }
    if (!muted) void this.wake();
    this.changed();
  }

  ring(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.play(), EVERY_MS);
    this.play();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  play(): void {
    const { context } = this;
    if (!context || this.state !== "on") return;
    for (const [place, pitch] of NOTES_HZ.entries()) {
      const from = context.currentTime + place * NOTE_S;
      const tone = new OscillatorNode(context, { frequency: pitch, type: "triangle" });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
      gain.gain.linearRampToValueAtTime(0, from + NOTE_S);
      tone.connect(gain).connect(context.destination);
      tone.start(from);
      tone.stop(from + NOTE_S);
    }
  }

  private get muted(): boolean {
    try {
      return localStorage.getItem(KEPT) === "1";
    } catch {
      return false;
    }
  }
}
