// Third step: where. The pin stands still in the middle, the map moves under it; the ward's name follows.
import { readAnswer, type Body } from "../../lib/requests/answer";
import { all, debounce, maybe, one } from "../../lib/page/dom";
import type { GlMap } from "../../lib/maps/city_map";
import type { Place } from "../../lib/storage/store";
import { searchPlaces } from "../../lib/maps/place_search";
import { far, say } from "../../lib/page/words";
import { drawCircle } from "./circle";
import { metres, placeOf, STREET_ZOOM, zoomFor } from "./geometry";
import { dragPin } from "./pin";
import type { State } from "./state";
import type { WardAlone } from "./ward_alone";

const CITY_ZOOM = 11.5;
const LOCATE_MS = 12_000;
const SAME_PLACE_M = 40;
/** A fix that may be off by more says which part of the city, not which pole: the person is asked for the place. */
const COARSE_M = 100;
/** A street is looked for from afar: only so near is a move of the map a choice of the place. */
const CHOOSING_ZOOM = 16;

interface WardAnswer {
  ward: { code: string; full_name: string } | null;
}

export class Where {
  private located = "";
  private map?: GlMap;
  private fix?: Place;
  /** Counts what the person did and asked for: a fix asked for before the newest of it only draws its circle. */
  private acts = 0;
  /** Place where the map began, and the words that ask for the place. */
  private begun?: [Place, string];
  private readonly box: HTMLElement;
  private readonly section: HTMLElement;
  private readonly chip: HTMLElement;
  private readonly ask = debounce(250, (place: Place) => void this.askWard(place));
  private lookups = 0;
  /** A street, or an address of which only the street is known, was chosen: the words that ask for the place in it. */
  private street?: string;
  /** A coarse fix, with the words that ask for better: with an address it is enough. */
  private rough?: [Place, string];
  /** Address that a search wrote: another search may overwrite it, but not what a person typed. */
  private written = "";

  constructor(
    private readonly sheet: HTMLElement,
    private readonly state: State,
    private readonly ward: WardAlone,
    private readonly changed: () => void,
  ) {
    this.box = one("#s-map", sheet);
    this.section = one("[data-step=where]", sheet);
    this.chip = one("[data-ward-chip]", sheet);
    one("[data-locate]", sheet).addEventListener("click", () => this.locate());
    one("[data-use-photo-place]", sheet).addEventListener("click", () => {
      this.acts += 1;
      if (state.draft.photoPlace) this.go(state.draft.photoPlace, STREET_ZOOM);
    });
    one("[data-by-ward]", sheet).addEventListener("click", () => this.byWard());
    one("[data-by-map]", sheet).addEventListener("click", () => this.byMap());
    const search = one<HTMLInputElement>("[data-place-search]", sheet);
    search.addEventListener("input", () => (this.acts += 1));
    searchPlaces(search, one("[data-places]", sheet), (found) => this.chosen(found), () => (this.fix ? `${this.fix.lon},${this.fix.lat}` : ""));
    const pin = one("[data-pin]", sheet);
    dragPin(pin, { began: () => (this.acts += 1), map: () => this.map, put: (place) => this.put(place) });
  }

  /** Name of the ward, as far as it is known. */
  get wardName(): string {
    return this.ward.on ? this.ward.name : this.located;
  }

  get ready(): boolean {
    if (this.ward.on) return this.ward.ready;
    return this.state.draft.placed && !("wrong" in this.chip.dataset);
  }

  async open(): Promise<void> {
    this.arrange();
    if (this.ward.on) return;
    this.offerPhotoPlace();
    if (!this.map) await this.draw();
    const { place, placed } = this.state.draft;
    if (place && placed && !this.rough) this.go(place, STREET_ZOOM);
    else if (this.begun) this.begin(...this.begun, this.rough !== undefined);
    else if (placed) this.tellAccuracy();
    else this.locate();
    requestAnimationFrame(() => this.showPin());
  }

  /** With large letters the map begins low: the pin must be seen before anybody says that it is right. */
  private showPin(): void {
    const foot = one(".sheet-foot", this.sheet).getBoundingClientRect();
    const pin = one("[data-pin]", this.sheet).getBoundingClientRect();
    if (pin.bottom > foot.top) this.box.scrollIntoView({ block: "center" });
  }

  /** Take the coarse fix once an address is typed; without one ask for the place again. */
  private byWard(): void {
    this.acts += 1;
    this.ward.choose("");
    this.arrange();
    one("#s-ward", this.section).focus();
  }

  private byMap(): void {
    this.ward.drop();
    void this.open();
    this.section.focus({ preventScroll: true });
  }

  /** Show either the map or the list of wards. */
  private arrange(): void {
    const alone = this.ward.on;
    this.section.toggleAttribute("data-alone", alone);
    for (const part of all("[data-with-map]", this.section)) part.hidden = alone;
    for (const part of all("[data-with-ward]", this.section)) part.hidden = !alone;
    const address = one<HTMLInputElement>("#s-address", this.section);
    address.required = alone;
    const note = maybe(".label-note", address.closest<HTMLElement>(".field") ?? this.section);
    if (note) note.hidden = alone;
  }

  /** Take the coarse fix once an address is typed; without one ask for the place again. */
  addressTyped(): void {
    const hasAddress = this.state.draft.address.trim() !== "";
    if (!this.rough || this.ward.on || hasAddress === this.state.draft.placed) return;
    if (!hasAddress) return this.begin(...this.rough, true);
    [this.state.draft.place] = this.rough;
    this.state.draft.placed = true;
    this.begun = undefined;
    this.state.changed();
    this.say(say("looking"));
    this.ask(this.rough[0]);
  }

  /** The step is left, forward or back: what the phone finds from now on comes too late. */
  leave(): void {
    this.acts += 1;
  }

  private async draw(): Promise<void> {
    try {
      const { drawMap, frameOf } = await import("../../lib/maps/city_map");
      const map = drawMap(this.box, frameOf(this.sheet, CITY_ZOOM));
      this.map = map;
      map.on("movestart", (event) => {
        this.box.dataset.moving = "";
        if ("originalEvent" in event && event.originalEvent) this.acts += 1;
      });
      map.on("click", ({ lngLat }) => {
        this.acts += 1;
        this.put(placeOf(lngLat));
      });
      map.on("moveend", (event) => {
        delete this.box.dataset.moving;
        // Only what a person did moves the pin: neither a jump of ours nor a turned phone.
        if ("originalEvent" in event && event.originalEvent) this.put(this.centre());
      });
    } catch {
      this.chip.textContent = say("map_failed");
    }
  }

  /** The photo's own place is offered, with how far that is from here; it is never taken unasked. */
  private offerPhotoPlace(): void {
    const { photoPlace, place } = this.state.draft;
    const button = one("[data-use-photo-place]", this.sheet);
    const apart = photoPlace && place ? metres(photoPlace, place) : null;
    button.hidden = !photoPlace || (apart !== null && apart < SAME_PLACE_M);
    one("span", button).textContent = apart === null ? say("from_photo") : say("from_photo_far", { far: far(apart) });
  }

  /** Show the phone's accuracy in words and as a circle. */
  private tellAccuracy(): void {
    const note = one("[data-accuracy]", this.sheet);
    note.hidden = !this.fix?.accuracy_m;
    if (!this.fix?.accuracy_m) return;
    note.textContent = say("accuracy", { far: far(this.fix.accuracy_m) });
    if (this.map) drawCircle(this.map, this.fix);
  }

  private centre(): Place {
    return placeOf(this.map?.getCenter() ?? { lng: 0, lat: 0 });
  }

  private locate(): void {
    this.acts += 1;
    const acts = this.acts;
    const { photoPlace } = this.state.draft;
    const denied = () => {
      if (acts === this.acts && !this.state.draft.placed) this.say(say(photoPlace ? "denied_photo" : "denied"));
    };
    this.say(say("locating"));
    if (!navigator.geolocation) return denied();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const found = placeOf({ lng: coords.longitude, lat: coords.latitude });
        this.fix = { ...found, accuracy_m: Math.round(coords.accuracy) };
        if (acts === this.acts) this.take(this.fix);
        this.tellAccuracy();
      },
      denied,
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 30_000 },
    );
  }

  /** A coarse fix is where to begin looking, not a place. */
  private take(fix: Place): void {
    const radius = fix.accuracy_m ?? 0;
    if (radius <= COARSE_M) return this.go(fix, zoomFor(radius));
    this.street = undefined;
    this.begin(fix, say("coarse", { far: far(radius) }), true);
    this.addressTyped();
    this.changed();
  }

  /** Show where the place may be, and ask for it. */
  private begin(near: Place, words: string, rough = false): void {
    this.begun = [near, words];
    this.rough = rough ? [near, words] : undefined;
    this.state.draft.placed = false;
    this.state.changed();
    this.lookups += 1;
    this.map?.jumpTo({ center: [near.lon, near.lat], zoom: zoomFor(near.accuracy_m ?? 0) });
    this.say(words);
    this.changed();
  }

  /** Take the place where a person put the pin; from afar only zoom in. */
  private put(place: Place): void {
    const zoom = this.map?.getZoom() ?? CHOOSING_ZOOM;
    if (this.street === undefined || zoom >= CHOOSING_ZOOM) return this.go(place, zoom);
    this.map?.jumpTo({ center: [place.lon, place.lat] });
    this.say(this.street);
  }

  private go(place: Place, zoom: number): void {
    this.map?.jumpTo({ center: [place.lon, place.lat], zoom });
    this.set(place);
  }

  private set(place: Place): void {
    this.begun = undefined;
    this.street = undefined;
    this.rough = undefined;
    this.state.draft.place = place;
    this.state.draft.placed = true;
    this.state.changed();
    this.say(say("looking"));
    this.offerPhotoPlace();
    this.changed();
    this.ask(place);
  }

  private async askWard(place: Place): Promise<void> {
    if (!this.state.draft.placed) return;
    this.lookups += 1;
    const turn = this.lookups;
    try {
      const response = await fetch(`/api/v1/wards/at?lon=${place.lon}&lat=${place.lat}`, { headers: { accept: "application/json" } });
      const outcome = await readAnswer(response, wardIn);
      if (turn !== this.lookups) return;
      if ("later" in outcome) throw new Error("no answer");
      if (!("done" in outcome) || !outcome.done.ward) return this.outside();
      this.located = outcome.done.ward.full_name;
      this.say(this.located);
    } catch {
      if (turn !== this.lookups) return;
      this.located = "";
      this.say(say("ward_later"));
    }
    this.changed();
  }

  private outside(): void {
    this.located = "";
    this.say(say("outside"), true);
    this.changed();
  }

  private say(text: string, wrong = false): void {
    this.chip.textContent = text;
    this.chip.toggleAttribute("data-wrong", wrong);
  }

  /** A ward, a landmark, a known house is a place; a street is only a beginning: its name goes into the address, the
   * pin to the person. */
  private chosen(found: HTMLElement): void {
    this.acts += 1;
    const place = { lon: Number(found.dataset.lon), lat: Number(found.dataset.lat), accuracy_m: Number(found.dataset.radius) };
    const small = place.accuracy_m <= COARSE_M;
    (this.map?.getCanvas() ?? one("#s-address", this.section)).focus({ preventScroll: true });
    const { kind, wards = "", street = "" } = found.dataset;
    if (kind === "landmark") this.write(maybe("b", found)?.textContent ?? "");
    if (!("street" in found.dataset)) return this.go(place, small || kind === "landmark" ? STREET_ZOOM : 14);
    this.write(street, true);
    if (small && kind === "address") return this.go(place, STREET_ZOOM);
    const words = Number(wards) > 1 ? "move_to_long_street" : "move_to_street";
    this.begin(place, say(words, { street, count: wards }));
    this.street = say("nearer_street", { street });
  }

  /** Put what was found into the address, which the person may change; what they typed stays, but for a street. */
  private write(words: string, always = false): void {
    const { address } = this.state.draft;
    if (!always && address.trim() && address !== this.written) return;
    this.written = words;
    this.rough = undefined;
    this.ward.write(words);
  }
}

function wardIn(body: Body): WardAnswer | null {
  return "ward" in body && typeof body.ward === "object" ? (body as unknown as WardAnswer) : null;
}
