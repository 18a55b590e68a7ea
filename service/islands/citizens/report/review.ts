// Last step: what is about to be sent, to be read once more; anonymity and the photo's time are chosen here.
import { maybe, one } from "../../lib/page/dom";
import { store } from "../../lib/storage/store";
import { say } from "../../lib/page/words";
import { pictureOf } from "./geometry";
import type { Kinds } from "./kinds";
import type { Photos } from "./photos";
import { outlookOf } from "./quick";
import { placeOf, type State } from "./state";
import type { WardAlone } from "./ward_alone";

/** A photo older than this was not taken just now. */
const NOT_NOW_MS = 10 * 60 * 1000;
/** Pattern of what looks like a telephone number; the service decides what it masks. */
const LONG_NUMBER = /\d(?:[ .()-]{0,2}\d){8,}/;

export class Review {
  constructor(
    private readonly form: HTMLElement,
    private readonly state: State,
    private readonly kinds: Kinds,
    private readonly photos: Photos,
    private readonly ward: WardAlone,
    private readonly wardName: () => string,
  ) {
    this.listenToBox("#s-anonymous", "anonymous");
    this.listenToBox("#s-photo-time", "usePhotoTime");
  }

  /** Fill in what the step shows: it is opened. */
  show(): void {
    const { description, address } = this.state.draft;
    const photos = this.photos.thumbnails();
    one("[data-review-photos]", this.form).replaceChildren(...photos);
    one("[data-review-photos]", this.form).hidden = photos.length === 0;
    one("[data-review-no-photo]", this.form).hidden = photos.length > 0;
    one("[data-review-kind]", this.form).textContent = this.kinds.name();
    one("[data-review-text]", this.form).textContent = description.trim();
    const masked = maybe("[data-review-masked]", this.form);
    if (masked) masked.hidden = !LONG_NUMBER.test(description);
    this.offerPhotoTime();
    one("[data-review-answers]", this.form).replaceChildren(...this.kinds.answers().map(([question, answer]) => Object.assign(document.createElement("p"), { className: "small", textContent: `${question} ${answer}` })));
    void outlookOf(this.state.draft, this.state.draft.category).then((part) => (one("[data-review-outlook]", this.form).innerHTML = part ?? ""));
    one("[data-volatile]", this.form).hidden = !store().volatile;
    one("[data-review-place]", this.form).textContent = [address.trim(), this.wardName()].filter(Boolean).join(", ") || say("no_ward");
    one("[data-review-no-pin]", this.form).hidden = !this.ward.on;
    this.showMap();
  }

  /** A small picture of the place, to see once more that it is the right one: with a pin and a network only. */
  private showMap(): void {
    const box = one("[data-review-map]", this.form);
    const place = placeOf(this.state.draft);
    box.hidden = !place || !navigator.onLine;
    if (box.hidden || !place) return;
    const picture = one<HTMLImageElement>("img", box);
    picture.onerror = () => (box.hidden = true);
    picture.src = pictureOf(place);
  }

  /** Offer the time at which the photo was taken, unless it is about now. */
  private offerPhotoTime(): void {
    const { photoTime, usePhotoTime } = this.state.draft;
    const old = photoTime !== undefined && Math.abs(Date.now() - Date.parse(photoTime)) > NOT_NOW_MS;
    one("[data-photo-time]", this.form).hidden = !old;
    one<HTMLInputElement>("#s-photo-time", this.form).checked = usePhotoTime ?? false;
    if (!photoTime) return;
    const taken = new Date(photoTime).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    one("[data-photo-time-words]", this.form).textContent = taken;
  }

  private listenToBox(selector: string, name: "anonymous" | "usePhotoTime"): void {
    const box = maybe<HTMLInputElement>(selector, this.form);
    if (!box) return;
    box.checked = this.state.draft[name] ?? false;
    box.addEventListener("change", () => {
      this.state.draft[name] = box.checked;
      this.state.changed();
    });
  }
}
