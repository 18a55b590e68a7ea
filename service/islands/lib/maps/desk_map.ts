// The case on the desk and what lies around it, on the city's map.
import type { GeoJSONSource } from "maplibre-gl";
import { colour, drawMap, frameOf, type GlMap } from "./city_map";
import { hasStreets } from "./ground";

const CITY_ZOOM = 11;
const STREET_ZOOM = 16;
/** A case alone is shown with the names around it: a street's frame would be an empty sheet. */
const ALONE_ZOOM = 12;

export interface Point {
  code: string;
  kind: "own" | "twin" | "near" | "before";
  lon: number;
  lat: number;
}

export class DeskMap {
  private readonly map: GlMap;
  private points: Point[] = [];
  private drawn = false;

  constructor(place: HTMLElement, frame: HTMLElement, chosen: (code: string) => void) {
    this.map = drawMap(place, frameOf(frame, CITY_ZOOM));
    this.map.on("load", () => this.addPoints(chosen));
  }

  show(points: Point[]): void {
    this.points = points;
    const own = points.find((each) => each.kind === "own");
    if (own) this.map.jumpTo({ center: [own.lon, own.lat], zoom: points.length > 1 || hasStreets ? STREET_ZOOM : ALONE_ZOOM });
    if (this.drawn) (this.map.getSource("around") as GeoJSONSource).setData(this.data());
  }

  /** The pane was hidden and has a size only now. */
  fit(): void {
    this.map.resize();
  }

  private data(): Parameters<GeoJSONSource["setData"]>[0] {
    return {
      type: "FeatureCollection",
      features: this.points.map(({ code, kind, lon, lat }) => ({
        type: "Feature",
        properties: { code, kind },
        geometry: { type: "Point", coordinates: [lon, lat] },
      })),
    };
  }

  private addPoints(chosen: (code: string) => void): void {
    this.map.addSource("around", { type: "geojson", data: this.data() });
    this.map.addLayer({
      id: "around",
      type: "circle",
      source: "around",
      paint: {
        "circle-radius": ["match", ["get", "kind"], "own", 11, 8],
        "circle-color": ["match", ["get", "kind"], "own", colour("--accent"), "twin", colour("--amber-fill"), "near", colour("--blue"), colour("--green-fill")],
        "circle-stroke-width": ["match", ["get", "kind"], "own", 4, 2],
        "circle-stroke-color": colour("--surface"),
      },
    });
    this.map.on("click", "around", (event) => {
      const code: unknown = event.features?.[0]?.properties?.code;
      if (typeof code === "string") chosen(code);
    });
    this.drawn = true;
  }
}
