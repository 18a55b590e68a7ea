// The wall stays true by itself: told by the feed's stream, and looked at again now and then without it.
import { partAt } from "../lib/requests/answer";
import { all, maybe, one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { Stream } from "../lib/page/stream";
import { say } from "../lib/page/words";
import { colour, drawMap, frameOf, type GlMap } from "../lib/maps/city_map";
import { pointColour, statusesOf } from "../lib/maps/statuses";

const LOOK_EVERY_MS = 20_000;
/** However much happens, the wall is drawn no more often than this. */
const SETTLE_MS = 3000;
const TILES_EVERY_MS = 60_000;
const CITY_ZOOM = 11.2;

class Wall {
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly live: HTMLElement) {
    setInterval(() => document.visibilityState === "visible" && void this.look(), LOOK_EVERY_MS);
    new Stream("/api/v1/feed/stream", { heard: () => this.soon(), missed: () => this.soon() });
    for (const change of ["online", "offline"]) addEventListener(change, () => void this.look());
  }

  private soon(): void {
    document.dispatchEvent(new Event("feed"));
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.look();
    }, SETTLE_MS);
  }

  private async look(): Promise<void> {
    const part = await partAt("/wall");
    if (part === null) return this.lost();
    const before = this.seen();
    this.live.innerHTML = part;
    this.mark(before);
    const state = one("[data-wall-state]");
    state.textContent = say("wall_live");
    state.classList.remove("wall-lost");
  }

  private lost(): void {
    const at = new Date(maybe("[data-at]", this.live)?.dataset.at ?? Date.now());
    const state = one("[data-wall-state]");
    state.textContent = say("wall_lost", { at: at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) });
    state.classList.add("wall-lost");
  }

  private seen(): Set<string> {
    return new Set([...all("[data-figure]", this.live).map((each) => `${each.dataset.figure}=${each.dataset.value}`), ...all("[data-position]", this.live).map((each) => each.dataset.position ?? "")]);
  }

  /** Highlight what changed for a moment; the style sheet leaves that out where less motion is wanted. */
  private mark(before: Set<string>): void {
    for (const each of all("[data-figure]", this.live)) each.toggleAttribute("data-new", !before.has(`${each.dataset.figure}=${each.dataset.value}`));
    for (const each of all("[data-position]", this.live)) each.toggleAttribute("data-new", !before.has(each.dataset.position ?? ""));
  }
}

function drawOpen(place: HTMLElement): void {
  const map = drawMap(place, frameOf(place, CITY_ZOOM), false);
  const tiles = [`${location.origin}/api/v1/tiles/reports/{z}/{x}/{y}.mvt?status=${encodeURIComponent(statusesOf(place, "open"))}`];
  map.on("load", () => {
    map.addSource("reports", { type: "vector", tiles, maxzoom: 16 });
    addLayers(map, place);
    setInterval(() => (map.getSource("reports") as { setTiles?: (urls: string[]) => void } | undefined)?.setTiles?.(tiles), TILES_EVERY_MS);
  });
}

function addLayers(map: GlMap, place: HTMLElement): void {
  map.addLayer({
    id: "reports",
    type: "circle",
    source: "reports",
    "source-layer": "reports",
    paint: {
      "circle-opacity": 0.85,
      "circle-radius": ["interpolate", ["linear"], ["log10", ["coalesce", ["get", "count"], 1]], 0, 9, 2, 20, 5, 36],
      "circle-color": pointColour(place),
      "circle-stroke-width": 1.5,
      "circle-stroke-color": colour("--surface"),
    },
  });
  map.addLayer({
    id: "counts",
    type: "symbol",
    source: "reports",
    "source-layer": "reports",
    filter: [">", ["coalesce", ["get", "count"], 1], 1],
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["Be Vietnam Pro"], "text-size": 14 },
    paint: { "text-color": colour("--on-accent") },
  });
}

function runClock(): void {
  const clock = one("[data-clock]");
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: clock.dataset.zone, weekday: "long", day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });
  const tick = () => (clock.textContent = words.format(new Date()));
  tick();
  setInterval(tick, 5000);
}

/** A wall that goes dark tells nothing; a browser that does not know this keeps to its own settings. */
function stayAwake(): void {
  const ask = () => void navigator.wakeLock?.request("screen").catch(() => undefined);
  ask();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
}

runClock();
stayAwake();
new Wall(one("[data-wall]"));
try {
  drawOpen(one("#wall-map"));
} catch {
  one("#wall-map").hidden = true;
}
ready();
