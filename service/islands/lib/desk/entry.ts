// Taking a report down for a caller: the questions of the kind chosen, and a pin on the map.
import { partAt } from "../requests/answer";
import { maybe, one } from "../page/dom";
import { say } from "../page/words";

export function entry(page: HTMLElement): void {
  one<HTMLSelectElement>("[data-kind]", page).addEventListener("change", (event) => {
    void ask(page, (event.target as HTMLSelectElement).value);
  });
  void drawPin(page);
}

/** The newest asking: an answer to an older one comes too late to count. */
let asking = 0;

async function ask(page: HTMLElement, category: string): Promise<void> {
  const turn = ++asking;
  const url = `/desk/new?category=${encodeURIComponent(category)}`;
  const questions = await partAt(url);
  if (questions !== null && turn === asking) one("[data-questions]", page).innerHTML = questions;
}

async function drawPin(page: HTMLElement): Promise<void> {
  const place = one("#n-map", page);
  const [lon, lat] = ["lon", "lat"].map((name) => one<HTMLInputElement>(`input[name="${name}"]`, page)) as [HTMLInputElement, HTMLInputElement];
  try {
    const { pinMap } = await import("../maps/pin_map");
    const start: [number, number] | null = lon.value && lat.value ? [Number(lon.value), Number(lat.value)] : null;
    pinMap(place, page, start, (east, north) => {
      lon.value = east.toFixed(6);
      lat.value = north.toFixed(6);
      const told = maybe("[data-pinned]", page);
      if (told) told.textContent = say("desk_pinned", { lon: lon.value, lat: lat.value });
    });
  } catch {
    place.textContent = say("map_failed");
  }
}
