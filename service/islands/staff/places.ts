// Places put on a map: spots of a survey, each with its words, or the line of a street, as GeoJSON in a field.
import { all, fromTemplate, maybe, one, slot } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { say } from "../lib/page/words";
import { DrawnPlaces, type Place, placesOf } from "../lib/maps/drawn_places";
import type { PlaceMap } from "../lib/maps/place_map";
import { searchPlaces } from "../lib/maps/place_search";
import { newId } from "../lib/requests/ids";

const MOST_SPOTS = 100;
const MOST_BENDS = 500;

/** Editor of drawn places: on a change it writes the fields and the list. */
abstract class Drawing {
  protected map: PlaceMap | undefined;

  constructor(
    protected readonly frame: HTMLElement,
    readonly drawn: DrawnPlaces,
  ) {}

  async open(): Promise<void> {
    const place = one("[data-map]", this.frame);
    try {
      const { placeMap } = await import("../lib/maps/place_map");
      const there = JSON.parse(this.frame.dataset.there ?? "[]") as Place[];
      this.map = placeMap(place, this.frame, there, {
        put: (lon, lat) => this.put(lon, lat),
        moved: (index, lon, lat) => this.moved(index, lon, lat),
      });
    } catch {
      place.textContent = say("map_failed");
    }
    one("[data-put]", this.frame).addEventListener("click", () => this.map && this.put(...this.map.middle()));
    searchPlaces(one<HTMLInputElement>("[data-place-search]", this.frame), one("[data-places]", this.frame), (found) => {
      this.map?.show(Number(found.dataset.lon), Number(found.dataset.lat), Number(found.dataset.radius));
    });
    this.show();
  }

  protected showNote(words: string): void {
    one("[data-told]", this.frame).textContent = words;
  }

  protected abstract put(lon: number, lat: number): void;
  protected abstract moved(index: number, lon: number, lat: number): void;
  protected abstract show(): void;
}

interface Spot {
  id: string;
  lon: string;
  lat: string;
  words: string;
}

class Spots extends Drawing {
  private readonly list = one("[data-spots]", this.frame);

  constructor(frame: HTMLElement) {
    super(frame, new DrawnPlaces([], MOST_SPOTS));
    // What the form held when it was refused.
    for (const spot of JSON.parse(frame.dataset.kept ?? "[]") as Spot[]) {
      if (this.drawn.add(Number(spot.lon), Number(spot.lat))) this.add(spot.id, spot.words);
    }
  }

  protected put(lon: number, lat: number): void {
    if (!this.drawn.add(lon, lat)) return;
    this.add(newId(), "");
    this.show();
    this.showNote(say("spot_put", { n: this.drawn.places.length }));
  }

  protected moved(index: number, lon: number, lat: number): void {
    this.drawn.move(index, lon, lat);
    this.show();
  }

  private add(id: string, words: string): void {
    const item = fromTemplate("template[data-spot]", this.frame);
    const field = one<HTMLInputElement>("[data-words]", item);
    one<HTMLInputElement>("[data-id]", item).value = id;
    field.name = `words-${id}`;
    field.value = words;
    one("[data-drop]", item).addEventListener("click", () => {
      this.drawn.drop([...this.list.children].indexOf(item));
      item.remove();
      this.show();
      one("[data-put]", this.frame).focus();
      this.showNote(say("spot_dropped"));
    });
    this.list.append(item);
  }

  protected show(): void {
    const names = this.drawn.places.map((_, index) => say("spot", { n: index + 1 }));
    for (const [index, item] of all("[data-item]", this.list).entries()) {
      const id = one<HTMLInputElement>("[data-id]", item);
      id.value = [id.value.split(" ")[0], ...(this.drawn.places[index] ?? [])].join(" ");
      slot("title", item).textContent = names[index] ?? "";
      one("[data-words]", item).setAttribute("aria-label", `${names[index]}: ${say("spot_words")}`);
      one("[data-drop]", item).setAttribute("aria-label", `${say("spot_drop")}: ${names[index]}`);
    }
    one<HTMLButtonElement>("[data-save]", this.frame).hidden = !this.drawn.places.length;
    this.map?.draw(this.drawn.places, false, names);
  }
}

class Line extends Drawing {
  private readonly field = one<HTMLTextAreaElement>("textarea[name=geometry]", this.frame.closest("form") ?? document);

  constructor(frame: HTMLElement) {
    super(frame, new DrawnPlaces(placesOf(frame.dataset.line ?? "").slice(0, MOST_BENDS), MOST_BENDS));
    one("[data-undo]", frame).addEventListener("click", () => this.change(() => this.drawn.drop(this.drawn.places.length - 1)));
    one("[data-clear]", frame).addEventListener("click", () => this.change(() => this.drawn.clear()));
    // Pasted GeoJSON is shown as it will be stored.
    this.field.addEventListener("change", () => {
      const pasted = placesOf(this.field.value);
      if (!pasted.length) return;
      this.drawn.clear();
      for (const [lon, lat] of pasted) this.drawn.add(lon, lat);
      this.show();
    });
  }

  protected put(lon: number, lat: number): void {
    this.change(() => this.drawn.add(lon, lat));
  }

  protected moved(index: number, lon: number, lat: number): void {
    this.change(() => this.drawn.move(index, lon, lat));
  }

  private change(act: () => unknown): void {
    act();
    this.field.value = this.drawn.line;
    this.show();
  }

  protected show(): void {
    const { places, metres } = this.drawn;
    this.showNote(places.length ? say("line_so_far", { n: places.length, m: Math.round(metres) }) : say("line_none"));
    this.map?.draw(places, true, places.map((_, index) => say("bend", { n: index + 1 })));
  }
}

const frame = maybe("[data-draw]");
if (frame) void (frame.dataset.draw === "line" ? new Line(frame) : new Spots(frame)).open().then(ready, ready);
else ready();
