// All reports of the board on the city's map: clusters from our tiles at low zoom, single ones near by.
import type { GeoJSONSource, MapLayerMouseEvent } from "maplibre-gl";
import { colour, drawMap, frameOf, type GlMap } from "./city_map";
import { addShapes, LATE, pointShape, statusesOf } from "./statuses";

const CITY_ZOOM = 11;
const STREET_ZOOM = 15;
const FIT = { padding: 48, maxZoom: STREET_ZOOM };
const POINTS = "points";
const GROUPS = "groups";
const ALL_SHOWN = { "icon-allow-overlap": true, "icon-ignore-placement": true } as const;

interface BoardActions {
  query(): URLSearchParams;
  point(code: string | null): void;
  area(bbox: string): void;
}

export class BoardMap {
  private readonly map: GlMap;
  private readonly area: HTMLElement | null;
  /** The extent that was shown last: a further page of the same list moves nothing. */
  private shown = "";

  constructor(
    private readonly place: HTMLElement,
    frame: HTMLElement,
    private readonly actions: BoardActions,
  ) {
    const seen = viewIn(location.hash);
    this.map = drawMap(place, { ...frameOf(frame, CITY_ZOOM), ...seen });
    this.map.on("moveend", () => this.keep());
    this.map.on("load", () => this.addReports());
    this.area = place.querySelector<HTMLElement>("[data-this-area]");
    this.area?.addEventListener("click", () => {
      this.offerArea(false);
      actions.area(this.box());
    });
    // However one moved it: by hand, wheel or fingers, by the buttons or a press on a group.
    this.map.on("moveend", (event) => "fitted" in event || this.offerArea(true));
    // A link into this map that is opened while one looks at it.
    addEventListener("hashchange", () => {
      const meant = viewIn(location.hash);
      if (meant) this.go(meant.centre, meant.zoom);
    });
    if (!seen) this.fit(document.querySelector<HTMLElement>("#reports")?.dataset.extent ?? "");
  }

  go(place: [number, number], zoom = STREET_ZOOM): void {
    this.map.jumpTo({ center: place, zoom });
  }

  /** Show all of a list that is short (`west,south,east,north`); nothing moves for any other. */
  fit(extent: string): void {
    if (extent === this.shown) return;
    this.shown = extent;
    const [west, south, east, north] = extent.split(",").map(Number);
    if (west === undefined || south === undefined || east === undefined || north === undefined) return;
    this.map.fitBounds([west, south, east, north], { ...FIT, animate: false }, { fitted: true });
    this.offerArea(false);
  }

  /** Keep what the map shows in the address, beside its filters. */
  keep(): void {
    keepView(this.map);
  }

  private offerArea(offered: boolean): void {
    if (this.area) this.area.hidden = !offered;
  }

  /** Ask the tiles anew for what the filters say. */
  filter(): void {
    const source = this.map.getSource("reports") as { setTiles?: (tiles: string[]) => void } | undefined;
    source?.setTiles?.([this.tiles()]);
  }

  /** Point at one place (`lon,lat`), or at none. */
  mark(at: string | null): void {
    const source = this.map.getSource("mark") as GeoJSONSource | undefined;
    const coordinates = at?.split(",").map(Number);
    source?.setData({
      type: "FeatureCollection",
      features: coordinates ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }] : [],
    });
  }

  private box(): string {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((each) => each.toFixed(5)).join(",");
  }

  private tiles(): string {
    const query = new URLSearchParams();
    const given = this.actions.query();
    for (const name of ["category", "ward", "q"]) if (given.get(name)) query.set(name, given.get(name) ?? "");
    if (given.get("state") === "late") query.set("overdue", "true");
    const statuses = statusesOf(this.place, given.get("state") ?? "");
    if (statuses) query.set("status", statuses);
    const search = query.toString();
    return `${location.origin}/api/v1/tiles/reports/{z}/{x}/{y}.mvt${search ? `?${search}` : ""}`;
  }

  private addReports(): void {
    this.map.addSource("reports", { type: "vector", tiles: [this.tiles()], maxzoom: 16 });
    this.map.addSource("mark", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    this.map.addLayer({
      id: GROUPS,
      type: "circle",
      source: "reports",
      "source-layer": "reports",
      filter: [">", ["coalesce", ["get", "count"], 1], 1],
      paint: {
        // A group all of which is done looks like what is done.
        "circle-color": ["case", [">", ["coalesce", ["get", "open"], 0], 0], colour("--accent"), colour("--green-fill")],
        "circle-opacity": 0.9,
        "circle-stroke-width": 2,
        "circle-stroke-color": colour("--surface"),
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 10, 2, 18, 5, 34],
      },
    });
    this.map.addLayer({
      id: "group-counts",
      type: "symbol",
      source: "reports",
      "source-layer": "reports",
      filter: [">", ["coalesce", ["get", "count"], 1], 1],
      layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["Be Vietnam Pro"], "text-size": 12 },
      paint: { "text-color": colour("--on-accent") },
    });
    addShapes(this.map);
    // Beside the number: a group in which something is late says so by the same shape as a late report.
    this.map.addLayer({
      id: "group-late",
      type: "symbol",
      source: "reports",
      "source-layer": "reports",
      filter: [">", ["coalesce", ["get", "open_late"], 0], 0],
      layout: { "icon-image": LATE, "icon-size": 0.8, "icon-offset": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, ["literal", [10, -10]], 5, ["literal", [30, -30]]], ...ALL_SHOWN },
    });
    this.map.addLayer({
      id: POINTS,
      type: "symbol",
      source: "reports",
      "source-layer": "reports",
      filter: ["<=", ["coalesce", ["get", "count"], 1], 1],
      layout: { "icon-image": pointShape(this.place), "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.7, 16, 1.1], ...ALL_SHOWN },
    });
    this.map.addLayer({
      id: "mark",
      type: "circle",
      source: "mark",
      paint: { "circle-radius": 14, "circle-color": "transparent", "circle-stroke-width": 4, "circle-stroke-color": colour("--accent") },
    });
    this.listen();
  }

  private listen(): void {
    this.map.on("click", GROUPS, (event) => this.map.easeTo({ center: event.lngLat, zoom: this.map.getZoom() + 2 }));
    this.map.on("click", POINTS, (event) => {
      const code = codeOf(event);
      if (code) location.assign(`/r/${code}`);
    });
    this.map.on("mousemove", POINTS, (event) => this.actions.point(codeOf(event)));
    this.map.on("mouseleave", POINTS, () => this.actions.point(null));
    for (const layer of [GROUPS, POINTS]) {
      this.map.on("mouseenter", layer, () => (this.map.getCanvas().style.cursor = "pointer"));
      this.map.on("mouseleave", layer, () => (this.map.getCanvas().style.cursor = ""));
    }
    delete this.place.dataset.idle;
  }
}

function codeOf(event: MapLayerMouseEvent): string | null {
  const code: unknown = event.features?.[0]?.properties?.code;
  return typeof code === "string" ? code : null;
}

/** `#13.5/16.4637/107.59`: what the map shows is part of the address, as its filters are. */
function viewIn(hash: string): { zoom: number; centre: [number, number] } | null {
  const [zoom, lat, lon] = hash.slice(1).split("/").map(Number);
  const whole = [zoom, lat, lon].every((each) => each !== undefined && Number.isFinite(each));
  return hash && whole ? { zoom: zoom as number, centre: [lon as number, lat as number] } : null;
}

function keepView(map: GlMap): void {
  const { lng, lat } = map.getCenter();
  const hash = `#${map.getZoom().toFixed(1)}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
  history.replaceState(history.state, "", location.pathname + location.search + hash);
}
