// The map above the list: the cases, the way through the chosen ones, and where one stands.
import type { Feature } from "geojson";
import type { GeoJSONSource } from "maplibre-gl";
import type { GlMap } from "../../lib/maps/city_map";
import type { Fix, Kept } from "../../lib/storage/round_store";

const CITY_ZOOM = 11;
const STREET_ZOOM = 15;

export class RoundMap {
  private map?: GlMap;
  private drawn = false;
  private wanted?: () => void;

  constructor(
    private readonly place: HTMLElement,
    private readonly frame: HTMLElement,
    private readonly open: (code: string) => void,
  ) {}

  /** Throws where the device cannot draw maps; the list is enough then. */
  async begin(): Promise<void> {
    const { colour, drawMap, frameOf } = await import("../../lib/maps/city_map");
    const map = drawMap(this.place, frameOf(this.frame, CITY_ZOOM));
    this.map = map;
    map.on("load", () => {
      const empty = { type: "FeatureCollection" as const, features: [] };
      for (const name of ["way", "cases", "here"]) map.addSource(name, { type: "geojson", data: empty });
      map.addLayer({ id: "way", type: "line", source: "way", paint: { "line-color": colour("--accent"), "line-width": 4, "line-dasharray": [1, 1.5] }, layout: { "line-cap": "round" } });
      map.addLayer({
        id: "cases",
        type: "circle",
        source: "cases",
        paint: {
          "circle-radius": ["case", ["get", "chosen"], 14, 9],
          "circle-color": ["case", ["get", "chosen"], colour("--accent"), colour("--green-fill")],
          "circle-stroke-color": colour("--surface"),
          "circle-stroke-width": 2,
        },
      });
      map.addLayer({
        id: "numbers",
        type: "symbol",
        source: "cases",
        filter: ["get", "chosen"],
        layout: { "text-field": ["get", "number"], "text-font": ["Be Vietnam Pro"], "text-size": 14, "text-allow-overlap": true },
        paint: { "text-color": colour("--on-accent") },
      });
      map.addLayer({ id: "here", type: "circle", source: "here", paint: { "circle-radius": 8, "circle-color": colour("--blue"), "circle-stroke-color": "#fff", "circle-stroke-width": 3 } });
      map.on("click", "cases", (event) => {
        const code: unknown = event.features?.[0]?.properties?.code;
        if (typeof code === "string") this.open(code);
      });
      this.drawn = true;
      this.wanted?.();
    });
  }

  draw(shown: Kept[], route: Kept[], here: Fix | null): void {
    this.wanted = () => {
      const numbers = new Map(route.map((each, place) => [each.code, String(place + 1)]));
      const points = shown.map((each) => point(each.item.location, { code: each.code, chosen: each.chosen, number: numbers.get(each.code) ?? "" }));
      this.set("cases", points);
      this.set("here", here ? [point(here, {})] : []);
      const way = [...(here ? [here] : []), ...route.map((each) => each.item.location)].map((spot) => [spot.lon, spot.lat]);
      this.set("way", way.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way } }] : []);
    };
    if (this.drawn) this.wanted();
  }

  go(spot: { lon: number; lat: number }, zoom = STREET_ZOOM): void {
    this.map?.jumpTo({ center: [spot.lon, spot.lat], zoom });
  }

  /** Show all of a way at once. */
  fit(spots: { lon: number; lat: number }[]): void {
    if (spots.length < 2) return;
    const lons = spots.map((spot) => spot.lon);
    const lats = spots.map((spot) => spot.lat);
    const box: [number, number, number, number] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
    this.map?.fitBounds(box, { padding: 48, maxZoom: STREET_ZOOM, animate: false });
  }

  private set(name: string, features: Feature[]): void {
    (this.map?.getSource(name) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
  }
}

function point(spot: { lon: number; lat: number }, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: [spot.lon, spot.lat] } };
}
