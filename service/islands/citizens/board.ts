// The board: filters change the list in place, the map shows all of them; list and map point at each other.
import "htmx.org";
import { all, debounce, maybe, one } from "../lib/page/dom";
import { searchPlaces } from "../lib/maps/place_search";
import { ready } from "../lib/page/ready";
import { toast } from "../lib/page/toast";
import { say } from "../lib/page/words";

const NEAR_MS = 10_000;
/** As long as the list waits for the next letter. */
const TYPED_MS = 400;

const board = maybe("[data-board]");

function filters(): HTMLFormElement {
  return one<HTMLFormElement>("[data-filters]");
}

function ask(name: string, value: string): void {
  const field = filters().elements.namedItem(name) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function near(): void {
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      ask("bbox", "");
      ask("near", `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`);
      board?.dispatchEvent(new CustomEvent("near", { detail: [coords.longitude, coords.latitude] }));
    },
    () => toast(say("near_denied"), { bad: true }),
    { timeout: NEAR_MS, maximumAge: 60_000 },
  );
}

async function drawMap(place: HTMLElement): Promise<void> {
  const { BoardMap } = await import("../lib/maps/board_map");
  const map = new BoardMap(place, one("[data-board]"), {
    query: () => new URLSearchParams(new FormData(filters()) as never),
    point: (code) => {
      for (const card of all("[data-code]")) card.toggleAttribute("data-hover", card.dataset.code === code);
    },
    area: (bbox) => ask("bbox", bbox),
  });
  board?.addEventListener("near", (event) => map.go((event as CustomEvent<[number, number]>).detail));
  filters().addEventListener("change", () => map.filter());
  one("#b-q").addEventListener("input", debounce(TYPED_MS, () => map.filter()));
  // The list has come: its address without what the map shows, and where all of it lies where that is little.
  document.addEventListener("htmx:after:history:update", () => map.keep());
  document.addEventListener("htmx:after:swap", () => map.fit(maybe("#reports")?.dataset.extent ?? ""));
  searchPlaces(one<HTMLInputElement>("[data-place-search]"), one("[data-places]"), (found) => {
    const reach = Number(found.dataset.radius);
    map.go([Number(found.dataset.lon), Number(found.dataset.lat)], Math.max(11, Math.min(15, 24.5 - Math.log2(reach * 2))));
  });
  document.addEventListener("pointerover", (event) => {
    const card = (event.target as Element).closest?.<HTMLElement>("[data-at]");
    map.mark(card?.dataset.at ?? null);
  });
}

if (board) {
  one("[data-near]").addEventListener("click", near);
  const place = one("#b-map");
  await drawMap(place).catch(() => {
    place.textContent = say("map_failed");
  });
}
ready();
