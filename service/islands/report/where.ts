// Third step: where. The pin stands still in the middle, the map moves under it; the ward's name follows.
import { all, calm, maybe, one } from "../lib/dom";
import type { GlMap } from "../lib/citymap";
import type { Place } from "../lib/store";
import { say } from "../lib/words";
import type { State } from "./state";

const STREET_ZOOM = 16.5;
const CITY_ZOOM = 11.5;
const LOCATE_MS = 12_000;

interface WardAnswer {
  ward: { code: string; full_name: string } | null;
}

export class Where {
  wardName = "";
  private map?: GlMap;
  private located = false;
  private readonly box: HTMLElement;
  private readonly chip: HTMLElement;
  private readonly ask = calm(250, (place: Place) => void this.askWard(place));
  private asked = 0;

  constructor(
    private readonly sheet: HTMLElement,
    private readonly state: State,
    private readonly changed: () => void,
  ) {
    this.box = one("#s-map", sheet);
    this.chip = one("[data-ward-chip]", sheet);
    one("[data-locate]", sheet).addEventListener("click", () => this.locate());
    one("[data-use-photo-place]", sheet).addEventListener("click", () => {
      if (state.draft.photoPlace) this.go(state.draft.photoPlace, STREET_ZOOM);
    });
    const address = one<HTMLInputElement>("[data-address]", sheet);
    address.value = state.draft.address;
    address.addEventListener("input", () => {
      state.draft.address = address.value;
      state.changed();
    });
    this.listenToSearch();
  }

  get ready(): boolean {
    return this.state.draft.placed && !("wrong" in this.chip.dataset);
  }

  async open(): Promise<void> {
    one("[data-use-photo-place]", this.sheet).hidden = !this.state.draft.photoPlace;
    if (!this.map) await this.draw();
    if (this.state.draft.place) this.go(this.state.draft.place, STREET_ZOOM);
    else if (!this.located) this.locate();
  }

  private async draw(): Promise<void> {
    try {
      const { drawMap, frameOf } = await import("../lib/citymap");
      const map = drawMap(this.box, frameOf(this.sheet, CITY_ZOOM));
      this.map = map;
      map.on("movestart", () => (this.box.dataset.moving = ""));
      map.on("moveend", (event) => {
        delete this.box.dataset.moving;
        // Only what a person did moves the pin: neither a jump of ours nor a turned phone.
        if ("originalEvent" in event && event.originalEvent) this.set(this.centre());
      });
    } catch {
      this.chip.textContent = say("map_failed");
    }
  }

  private centre(): Place {
    const centre = this.map?.getCenter();
    return { lon: round(centre?.lng ?? 0), lat: round(centre?.lat ?? 0) };
  }

  private locate(): void {
    this.located = true;
    this.say(say("locating"));
    if (!navigator.geolocation) return this.say(say("denied"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.go({ lon: round(coords.longitude), lat: round(coords.latitude), accuracy_m: Math.round(coords.accuracy) }, STREET_ZOOM);
      },
      () => {
        if (this.state.draft.photoPlace) this.go(this.state.draft.photoPlace, STREET_ZOOM);
        else if (!this.state.draft.place) this.say(say("denied"));
      },
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 30_000 },
    );
  }

  private go(place: Place, zoom: number): void {
    this.map?.jumpTo({ center: [place.lon, place.lat], zoom });
    this.set(place);
  }

  private set(place: Place): void {
    this.state.draft.place = place;
    this.state.draft.placed = true;
    this.state.changed();
    this.say(say("looking"));
    this.changed();
    this.ask(place);
  }

  private async askWard(place: Place): Promise<void> {
    this.asked += 1;
    const turn = this.asked;
    try {
      const response = await fetch(`/api/v1/wards/at?lon=${place.lon}&lat=${place.lat}`, { headers: { accept: "application/json" } });
      if (turn !== this.asked) return;
      if (response.status === 404 || response.status === 422) return this.outside();
      if (!response.ok) throw new Error(String(response.status));
      const { ward } = (await response.json()) as WardAnswer;
      if (!ward) return this.outside();
      this.wardName = ward.full_name;
      this.say(ward.full_name);
    } catch {
      this.wardName = "";
      this.say(say("no_ward"));
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

  private listenToSearch(): void {
    const input = one<HTMLInputElement>("[data-place-search]", this.sheet);
    const list = one("[data-places]", this.sheet);
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
    };
    const search = calm(200, async (text: string) => {
      if (!text.trim()) return close();
      const response = await fetch(`/report/places?q=${encodeURIComponent(text)}`).catch(() => null);
      if (!response?.ok) return close();
      list.innerHTML = await response.text();
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    });
    input.addEventListener("input", () => search(input.value));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "ArrowDown") maybe("button", list)?.focus();
      if (event.key === "Enter") {
        event.preventDefault();
        maybe("button", list)?.click();
      }
    });
    list.addEventListener("keydown", (event) => this.walk(event, list, input));
    list.addEventListener("click", (event) => {
      const chosen = (event.target as Element).closest<HTMLElement>("[data-lon]");
      if (!chosen) return;
      input.value = one("b", chosen).textContent ?? "";
      close();
      this.go({ lon: Number(chosen.dataset.lon), lat: Number(chosen.dataset.lat), accuracy_m: Number(chosen.dataset.radius) }, 14);
    });
    this.sheet.addEventListener("pointerdown", (event) => {
      if (!list.contains(event.target as Node) && event.target !== input) close();
    });
  }

  private walk(event: KeyboardEvent, list: HTMLElement, input: HTMLInputElement): void {
    const buttons = all<HTMLButtonElement>("button", list);
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (buttons[at - 1] ?? input).focus();
    else if (event.key === "Escape") input.focus();
    else return;
    event.preventDefault();
  }
}

/** About ten centimetres: more digits say more than a phone knows. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
