// The short way: a photo, the kind and place that phone and photo know, and the button that sends, on one screen. Nothing is
// recognised in the picture: kinds are proposed by what was chosen or typed, what is usual around the place, and what this
// phone reported last. Each proposal is changed with one tap; the longer way goes on as ever.
import { all, debounce, one } from "../../lib/page/dom";
import { partAt } from "../../lib/requests/answer";
import { within } from "../../lib/requests/timeout";
import { store, type Draft, type Place } from "../../lib/storage/store";
import type { Kinds } from "./kinds";
import { isPlaced, placeOf, type State } from "./state";

const PATIENCE_MS = 5000;
const LOCATE_MS = 8000;
/** A fix that may be off by more is no place: then the longer way asks for it. */
const COARSE_M = 100;
const MOST_KINDS = 4;

export class Quick {
  private place?: Place;
  private code = "";
  private ward = "";
  private address = "";
  private inside = false;
  /** Neither phone nor photo know the place: the ward and the address are asked for. */
  private asks = false;
  private requests = 0;
  private readonly box: HTMLElement;
  private readonly words: HTMLTextAreaElement;
  private readonly describe = debounce(300, () => void this.byWords());
  private readonly typed = debounce(600, () => void this.choose(this.code));

  constructor(
    sheet: HTMLElement,
    private readonly state: State,
    private readonly kinds: Kinds,
    private readonly changed: () => void,
  ) {
    this.box = one("[data-quick]", sheet);
    this.words = one<HTMLTextAreaElement>("[data-quick-words]", this.box);
    this.words.addEventListener("input", () => {
      kinds.describe(this.words.value);
      this.describe();
    });
  }

  /** Return whether one tap sends the report. */
  get ready(): boolean {
    return !this.box.hidden && this.code !== "" && (this.asks ? isPlaced(this.state.draft) : this.inside);
  }

  /** Look what phone and photo know, once there is a photo or a report to go on from. */
  async look(): Promise<void> {
    const { draft, photos } = this.state;
    // Words written in the longer way, or that another app shared, are the same words here.
    if (this.words.value !== draft.description) this.words.value = draft.description;
    if (photos.length === 0 && !isPlaced(draft)) return this.hide();
    this.place = draft.ward === undefined ? (placeOf(draft) ?? draft.photoPlace ?? (await this.fix())) : undefined;
    this.asks = this.place === undefined;
    one("[data-quick-where]", this.box).hidden = !this.asks;
    if (this.place === undefined) return this.offer([]);
    return navigator.onLine ? this.propose(this.place) : this.hide();
  }

  /** The ward was chosen: who is responsible there; with an address, whether its street lies there. */
  placeTold(): void {
    const { ward = "", address } = this.state.draft;
    if (this.box.hidden || !this.asks || (ward === this.ward && address === this.address)) return;
    const chosen = ward !== this.ward;
    this.ward = ward;
    this.address = address;
    if (chosen) void this.choose(this.code);
    else this.typed();
  }

  /** Turn what is shown into the report. */
  take(): void {
    const { draft } = this.state;
    if (this.kinds.rootOf(draft.category) !== this.code && draft.category !== this.code) this.kinds.choose(this.code);
    if (this.place) {
      draft.place = this.place;
      draft.placed = true;
      delete draft.ward;
    }
    this.state.changed();
  }

  private hide(): void {
    this.box.hidden = true;
    this.changed();
  }

  private async propose(place: Place): Promise<void> {
    const around = new URLSearchParams({ lon: String(place.lon), lat: String(place.lat) });
    const { photoTime } = this.state.draft;
    if (photoTime) around.set("at", photoTime);
    const list = one("[data-quick-kinds]", this.box);
    let near: string[] = [];
    // Where nothing is usual within some streets, what the city around reports most.
    for (const wide of ["0", "1"]) {
      around.set("wide", wide);
      const usual = near.length ? "" : await partAt(`/report/usual?${around}`, { signal: within(PATIENCE_MS) });
      if (usual === null) return this.hide();
      if (usual) list.innerHTML = usual;
      near = near.length ? near : all("[data-code]", list).map((each) => each.dataset.code ?? "");
    }
    await this.offer(near);
  }

  /** Offer the kinds that are likely, the likeliest chosen. */
  private async offer(near: string[]): Promise<void> {
    const { category } = this.state.draft;
    const last = (await store().getAll("sent")).sort((one, other) => other.sentAt - one.sentAt)[0]?.again?.category;
    const spoken = this.kinds.meantBy(this.state.draft.description);
    const sure = [category, spoken, ...near, last ? this.kinds.rootOf(last) : ""].filter(Boolean);
    const codes = [...new Set([...sure, ...this.kinds.roots()])].slice(0, MOST_KINDS);
    const list = one("[data-quick-kinds]", this.box);
    list.replaceChildren(...codes.map((code) => this.chip(code)));
    this.box.hidden = false;
    await this.choose(category || (codes.includes(this.code) ? this.code : (sure[0] ?? "")));
  }

  private async byWords(): Promise<void> {
    const code = this.kinds.meantBy(this.state.draft.description);
    if (!code || code === this.code || this.box.hidden) return;
    const list = one("[data-quick-kinds]", this.box);
    if (!all("[data-code]", list).some((each) => each.dataset.code === code)) list.prepend(this.chip(code));
    await this.choose(code);
  }

  private chip(code: string): HTMLElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "chip";
    made.dataset.code = code;
    made.textContent = this.kinds.name(code);
    made.addEventListener("click", () => void this.choose(code));
    return made;
  }

  private async choose(code: string): Promise<void> {
    this.code = code;
    for (const each of all("[data-code]", this.box)) each.setAttribute("aria-pressed", String(each.dataset.code === code));
    this.requests += 1;
    const turn = this.requests;
    const outlook = await outlookOf(this.asks ? this.state.draft : { place: this.place, placed: true }, code);
    if (turn !== this.requests) return;
    const outlookBox = one("[data-quick-outlook]", this.box);
    outlookBox.innerHTML = outlook ?? "";
    this.inside = outlook !== null && !outlookBox.querySelector("[data-outside]");
    if (!this.inside && !this.asks) return this.hide();
    this.changed();
  }

  private fix(): Promise<Place | undefined> {
    if (!navigator.geolocation) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords: { longitude: lon, latitude: lat, accuracy } }) => resolve(accuracy <= COARSE_M ? { lon, lat, accuracy_m: Math.round(accuracy) } : undefined),
        () => resolve(undefined),
        { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 30_000 },
      );
    });
  }
}

/** Fetch, as a part of the page, who will be responsible there and how long it usually takes; null without an answer. */
export function outlookOf(draft: Pick<Draft, "place" | "placed" | "ward"> & Partial<Pick<Draft, "address">>, code: string): Promise<string | null> {
  const place = placeOf(draft);
  if ((!place && !draft.ward) || !navigator.onLine) return Promise.resolve(null);
  const where: Record<string, string> = place ? { lon: String(place.lon), lat: String(place.lat) } : { ward: draft.ward ?? "" };
  const address = draft.address?.trim();
  const query = new URLSearchParams({ ...where, category: code, ...(address ? { address } : {}) });
  return partAt(`/report/outlook?${query}`, { signal: within(PATIENCE_MS) });
}
