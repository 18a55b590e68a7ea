// An emergency is seen and heard on desk and wall until somebody takes it, also by the key y.
import { partAt } from "../lib/requests/answer";
import { debounce, maybe, one } from "../lib/page/dom";
import { onKeys } from "../lib/page/keys";
import { ready } from "../lib/page/ready";
import { Siren, type SoundState } from "../lib/page/siren";
import { toast } from "../lib/page/toast";
import { say } from "../lib/page/words";

/** Interval of polling the banner: what is not public is in no feed. */
const LOOK_EVERY_MS = 5000;
const SETTLE_MS = 300;
const PART = { "hx-request": "true" };

class Alarm {
  private readonly siren = new Siren(() => this.paint());
  private looks = 0;
  /** State of the switch when it was pressed. */
  private pressed: SoundState | undefined;

  constructor(private readonly place: HTMLElement) {
    document.addEventListener("submit", (event) => void this.submitted(event));
    this.listenToSwitch(maybe("[data-sound-switch]"));
    onKeys({ y: () => maybe<HTMLFormElement>("[data-take]", this.place)?.requestSubmit() });
    const soon = debounce(SETTLE_MS, () => void this.look());
    // Desk and wall say what they hear of the feed, and when they hear it again.
    document.addEventListener("feed", soon);
    for (const back of ["online", "focus"]) addEventListener(back, soon);
    document.addEventListener("visibilitychange", soon);
    setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.paint();
  }

  private get rings(): boolean {
    return maybe("[data-alarm]", this.place) !== null;
  }

  private async look(): Promise<void> {
    const turn = ++this.looks;
    const text = await partAt("/emergencies");
    if (text !== null && turn === this.looks) this.draw(text);
  }

  /** Keep unchanged elements: focus stays and nothing is read out twice. */
  private draw(text: string): void {
    const box = document.createElement("div");
    box.innerHTML = text;
    const shown = (within: HTMLElement) => [...within.querySelectorAll<HTMLElement>("[data-alarm], .alarm-word, .alarm-unreached, .alarm-duty")].map((each) => each.dataset.alarm ?? each.textContent).join("|");
    if (shown(box) === shown(this.place)) return;
    const focused = document.activeElement?.closest<HTMLElement>("[data-alarm]")?.dataset.alarm;
    this.place.replaceChildren(...box.childNodes);
    if (focused) maybe<HTMLElement>(`[data-alarm="${focused}"] button`, this.place)?.focus();
    this.paint();
  }

  private async submitted(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    if (!("take" in form.dataset)) return;
    event.preventDefault();
    if (form.dataset.busy !== undefined) return;
    form.dataset.busy = "";
    this.looks += 1;
    const body = new URLSearchParams(new FormData(form) as never);
    const sent = await fetch(form.action, { method: "POST", headers: PART, body }).catch(() => null);
    delete form.dataset.busy;
    const text = sent && (sent.ok || sent.status === 409) ? await sent.text() : "";
    if (!text.includes("data-alarms")) return toast(say(navigator.onLine ? "failed" : "no_network"), { bad: true });
    this.draw(text);
  }

  /** The press itself lets the page be heard: what counts is what the switch offered before it, or who turns the
   *  sound on would turn it off.
   */
  private listenToSwitch(button: HTMLElement | null): void {
    for (const press of ["pointerdown", "keydown"]) button?.addEventListener(press, () => (this.pressed = this.siren.state));
    button?.addEventListener("blur", () => (this.pressed = undefined));
    button?.addEventListener("click", () => {
      this.siren.mute((this.pressed ?? this.siren.state) === "on");
      this.pressed = undefined;
      if (this.siren.state === "on") this.siren.play();
    });
  }

  private paint(): void {
    const state = this.siren.state;
    document.documentElement.dataset.siren = this.rings ? `ringing-${state}` : `calm-${state}`;
    if (this.rings && state === "on") this.siren.ring();
    else this.siren.stop();
    const line = maybe("[data-sound]");
    if (!line) return;
    // Fewer words leave the line as high as it was: what lies below is being pressed just now.
    line.style.minHeight = `${line.offsetHeight}px`;
    line.toggleAttribute("data-silent", state !== "on");
    one("[data-sound-words]", line).textContent = line.dataset[state] ?? "";
    const button = one<HTMLButtonElement>("[data-sound-switch]", line);
    button.hidden = state === "none";
    button.textContent = (state === "on" ? button.dataset.off : button.dataset.on) ?? "";
  }
}

const place = maybe("[data-alarm-place]");
if (place) new Alarm(place);
ready();
