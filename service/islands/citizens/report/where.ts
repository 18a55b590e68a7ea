// Third step: where. The pin stands still in the middle, the map moves under it; the ward's name follows.
import { readAnswer, type Body } from "../../lib/requests/answer";
import { calm, one } from "../../lib/page/dom";
import type { GlMap } from "../../lib/maps/city_map";
import type { Place } from "../../lib/storage/store";
import { searchPlaces } from "../../lib/maps/place_search";
import { far, say } from "../../lib/page/words";
import { drawCircle } from "./circle";
import type { State } from "./state";

const STREET_ZOOM = 16.5;
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
  wardName = "";
  private map?: GlMap;
  private fix?: Place;
  /** Counts what the person did and asked for: a fix asked for before the newest of it only draws its circle. */
  private acts = 0;
  /** Where the map began, and the words that ask for the place. */
  private begun?: [Place, string];
  private readonly box: HTMLElement;
  private readonly chip: HTMLElement;
  private readonly ask = calm(250, (place: Place) => void this.askWard(place));
  private asked = 0;
  /** A street, or an address of which only the street is known, was chosen: the words that ask for the place in it. */
  private street?: string;

  constructor(
    private readonly sheet: HTMLElement,
    private readonly state: State,
    private readonly changed: () => void,
  ) {
    this.box = one("#s-map", sheet);
    this.chip = one("[data-ward-chip]", sheet);
    one("[data-locate]", sheet).addEventListener("click", () => this.locate());
    one("[data-use-photo-place]", sheet).addEventListener("click", () => {
      this.acts += 1;
      if (state.draft.photoPlace) this.go(state.draft.photoPlace, STREET_ZOOM);
    });
    const address = one<HTMLInputElement>("[data-address]", sheet);
    address.value = state.draft.address;
    address.addEventListener("input", () => {
      state.draft.address = address.value;
      state.changed();
    });
    const search = one<HTMLInputElement>("[data-place-search]", sheet);
    search.addEventListener("input", () => (this.acts += 1));
    searchPlaces(search, one("[data-places]", sheet), (found) => this.chosen(found), () => (this.fix ? `${this.fix.lon},${this.fix.lat}` : ""));
    this.listenToPin(one("[data-pin]", sheet));
  }

  get ready(): boolean {
    return this.state.draft.placed && !("wrong" in this.chip.dataset);
  }

  async open(): Promise<void> {
    this.offerPhotoPlace();
    if (!this.map) await this.draw();
    const { place, placed } = this.state.draft;
    if (place && placed) this.go(place, STREET_ZOOM);
    else if (this.begun) this.begin(...this.begun);
    else this.locate();
    requestAnimationFrame(() => this.showPin());
  }

  /** With large letters the map begins low: the pin must be seen before anybody says that it is right. */
  private showPin(): void {
    const foot = one(".sheet-foot", this.sheet).getBoundingClientRect();
    const pin = one("[data-pin]", this.sheet).getBoundingClientRect();
    if (pin.bottom > foot.top) this.box.scrollIntoView({ block: "center" });
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
        this.put({ lon: round(lngLat.lng), lat: round(lngLat.lat) });
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
    button.hidden = !photoPlace || !this.inCity(photoPlace) || (apart !== null && apart < SAME_PLACE_M);
    one("span", button).textContent = apart === null ? say("from_photo") : say("from_photo_far", { far: far(apart) });
  }

  /** A photo taken elsewhere shows no place of this city. */
  private inCity({ lon, lat }: Place): boolean {
    const [west = 0, south = 0, east = 0, north = 0] = (this.sheet.dataset.bbox ?? "").split(",").map(Number);
    return west <= lon && lon <= east && south <= lat && lat <= north;
  }

  /** The pin may be dragged too: let go, the map takes it back into the middle. A tap on it says that it is right there. */
  private listenToPin(pin: HTMLElement): void {
    let from: PointerEvent | undefined;
    pin.addEventListener("pointerdown", (event) => {
      from = event;
      this.acts += 1;
      pin.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    pin.addEventListener("pointermove", (event) => {
      if (from) pin.style.translate = `${event.clientX - from.clientX}px ${event.clientY - from.clientY}px`;
    });
    const drop = (event: PointerEvent) => {
      const centre = this.map && from && event.type === "pointerup" ? this.map.project(this.map.getCenter()) : null;
      const [x, y] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
      from = undefined;
      pin.style.translate = "";
      if (!centre || !this.map) return;
      const { lng, lat } = this.map.unproject([centre.x + x, centre.y + y]);
      this.put({ lon: round(lng), lat: round(lat) });
    };
    pin.addEventListener("pointerup", drop);
    pin.addEventListener("pointercancel", drop);
  }

  /** How exact the phone is: in words, and as a circle. */
  private tellAccuracy(): void {
    const note = one("[data-accuracy]", this.sheet);
    note.hidden = !this.fix?.accuracy_m;
    if (!this.fix?.accuracy_m) return;
    note.textContent = say("accuracy", { m: this.fix.accuracy_m });
    if (this.map) drawCircle(this.map, this.fix);
  }

  private centre(): Place {
    const centre = this.map?.getCenter();
    return { lon: round(centre?.lng ?? 0), lat: round(centre?.lat ?? 0) };
  }

  private locate(): void {
    this.acts += 1;
    const asked = this.acts;
    const { photoPlace } = this.state.draft;
    const denied = () => {
      if (asked === this.acts && !this.state.draft.placed) this.say(say(photoPlace && this.inCity(photoPlace) ? "denied_photo" : "denied"));
    };
    this.say(say("locating"));
    if (!navigator.geolocation) return denied();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.fix = { lon: round(coords.longitude), lat: round(coords.latitude), accuracy_m: Math.round(coords.accuracy) };
        if (asked === this.acts) this.take(this.fix);
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
    this.begin(fix, say("coarse", { far: far(radius) }));
  }

  /** Show where the place may be, and ask for it. */
  private begin(near: Place, words: string): void {
    this.begun = [near, words];
    this.state.draft.placed = false;
    this.state.changed();
    this.asked += 1;
    this.map?.jumpTo({ center: [near.lon, near.lat], zoom: zoomFor(near.accuracy_m ?? 0) });
    this.say(words);
    this.changed();
  }

  /** Where a person put the pin; from afar a street is only come nearer to. */
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
    this.asked += 1;
    const turn = this.asked;
    try {
      const response = await fetch(`/api/v1/wards/at?lon=${place.lon}&lat=${place.lat}`, { headers: { accept: "application/json" } });
      const outcome = await readAnswer(response, wardIn);
      if (turn !== this.asked) return;
      if ("later" in outcome) throw new Error("no answer");
      if (!("done" in outcome) || !outcome.done.ward) return this.outside();
      this.wardName = outcome.done.ward.full_name;
      this.say(this.wardName);
    } catch {
      if (turn !== this.asked) return;
      this.wardName = "";
      this.say(say("ward_later"));
    }
    this.changed();
  }

  private outside(): void {
    this.wardName = "";
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
    if (!("street" in found.dataset)) return this.go(place, small || found.dataset.kind === "landmark" ? STREET_ZOOM : 14);
    const address = one<HTMLInputElement>("[data-address]", this.sheet);
    address.value = this.state.draft.address = found.dataset.street ?? "";
    this.state.changed();
    if (small && found.dataset.kind === "address") return this.go(place, STREET_ZOOM);
    const words = Number(found.dataset.wards) > 1 ? "move_to_long_street" : "move_to_street";
    this.begin(place, say(words, { street: address.value, count: found.dataset.wards ?? "" }));
    this.street = say("nearer_street", { street: address.value });
  }
}

function wardIn(body: Body): WardAnswer | null {
  return "ward" in body && typeof body.ward === "object" ? (body as unknown as WardAnswer) : null;
}

/** So that the circle of what the phone may be off fits on the screen. */
function zoomFor(accuracyM: number): number {
  return Math.max(11, Math.min(STREET_ZOOM, 23.5 - Math.log2(Math.max(40, accuracyM) * 2)));
}

function metres(one: Place, other: Place): number {
  const high = (one.lat - other.lat) * 111_320;
  const wide = (one.lon - other.lon) * 111_320 * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(high, wide);
}

/** About ten centimetres: more digits say more than a phone knows. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
