// Taking a report down for a caller: their reports by number, the questions of the kind chosen, a pin on the map, and what
// is open near it.
import { OWN_HEADER, partAt } from "../requests/answer";
import { debounce, maybe, one } from "../page/dom";
import { say } from "../page/words";
import type { PinMap } from "../maps/pin_map";
import { searchPlaces } from "../maps/place_search";

/** Accuracy in metres up to which a result is a place; above it, a part of the city in which to ask on. */
const EXACT_M = 100;

export function entry(page: HTMLElement): void {
  one<HTMLSelectElement>("[data-kind]", page).addEventListener("change", (event) => {
    void ask(page, (event.target as HTMLSelectElement).value);
    look(page);
  });
  one("[data-caller]", page).addEventListener("click", () => void seekCaller(page));
  one<HTMLInputElement>("#n-phone", page).addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void seekCaller(page);
  });
  void drawPin(page);
}

/** The reports of the number; looking them up is written down, so it is never done unasked. */
async function seekCaller(page: HTMLElement): Promise<void> {
  const form = one<HTMLFormElement>("form.desk-new-form", page);
  const body = new URLSearchParams();
  for (const name of ["csrf_token", "phone"]) body.set(name, one<HTMLInputElement>(`input[name="${name}"]`, form).value);
  const place = one("[data-caller-place]", page);
  const answer = await fetch("/desk/new/caller", { method: "POST", headers: { "hx-request": "true" }, body }).catch(() => null);
  if (answer?.headers.has(OWN_HEADER)) place.innerHTML = await answer.text();
  else place.textContent = say("no_network");
}

/** The newest look around: an answer to an older one comes too late to count. */
let looking = 0;

/** Show open cases near the pin: the caller may mean one of them. */
const look = debounce(300, async (page: HTMLElement) => {
  const turn = ++looking;
  const [lon = "", lat = ""] = ["lon", "lat"].map((name) => one<HTMLInputElement>(`input[name="${name}"]`, page).value);
  const category = one<HTMLSelectElement>("[data-kind]", page).value;
  const found = lon && lat ? await partAt(`/desk/new/near?${new URLSearchParams({ lon, lat, category })}`) : "";
  if (found !== null && turn === looking) one("[data-near]", page).innerHTML = found;
});

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
  let map: PinMap | undefined;
  try {
    const { pinMap } = await import("../maps/pin_map");
    const start: [number, number] | null = lon.value && lat.value ? [Number(lon.value), Number(lat.value)] : null;
    map = pinMap(place, page, start, (east, north) => {
      lon.value = east.toFixed(6);
      lat.value = north.toFixed(6);
      showPinned(page, say("desk_pinned", { lon: lon.value, lat: lat.value }));
      look(page);
    });
  } catch {
    place.textContent = say("map_failed");
  }
  searchPlaces(one<HTMLInputElement>("[data-place-search]", page), one("[data-places]", page), (found) => {
    lon.value = lat.value = "";
    take(page, found, map);
  });
}

/** Take what the caller named: an exact place is pinned, of a street or ward the map shows where to ask on. The ward is chosen
 *  either way, and the address written, for both to be corrected while one talks.
 */
function take(page: HTMLElement, found: HTMLElement, map: PinMap | undefined): void {
  const { kind = "", street = "", ward = "", wards = "1" } = found.dataset;
  const name = maybe("b", found)?.textContent ?? "";
  const [lon, lat, reach] = [Number(found.dataset.lon), Number(found.dataset.lat), Number(found.dataset.radius)];
  if (street || kind === "landmark") one<HTMLInputElement>("#n-address", page).value = street || name;
  one<HTMLSelectElement>("#n-ward", page).value = Number(wards) > 1 && kind === "street" ? "" : ward;
  if (kind === "landmark" || (kind === "address" && reach <= EXACT_M)) return map?.put(lon, lat);
  map?.show(lon, lat, reach);
  showPinned(page, say(street && Number(wards) > 1 ? "desk_long_street" : "desk_pin_it", { name, count: wards }));
}

function showPinned(page: HTMLElement, words: string): void {
  one("[data-pinned]", page).textContent = words;
}
