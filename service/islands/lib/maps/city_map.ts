// The city's own map: ward polygons and names from our own tiles, in the page's colours, with no tile server and
// no fonts from elsewhere.
import { colour } from "../page/colour";
import { getGlobalDispatcher, Map as GlMap, setWorkerUrl, type LayerSpecification, type StyleSpecification } from "maplibre-gl";
import { baseLayers, baseNames, baseSources } from "./basemap";
import { attribution } from "./ground";
import { addZoom } from "./map_zoom";
import { streetLayers, streetNames, streetSources } from "./streets";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

setWorkerUrl(workerUrl);
// The workers are fetched once. Where the network was gone at that moment, they are asked for again with it; every
// map of the page is drawn then.
getGlobalDispatcher().on("error", () =>
  addEventListener("online", () => void getGlobalDispatcher().ensureWorkers(), { once: true }),
);

/** Finer tiles would show nothing more of a boundary; fewer are fetched, and kept for when there is no network. */
const WARDS_TO_ZOOM = 12;

export type { GlMap };

interface Frame {
  centre: [number, number];
  bbox: [number, number, number, number];
  zoom: number;
}

export function frameOf(element: HTMLElement, zoom: number): Frame {
  const numbers = (text: string | undefined) => (text ?? "").split(",").map(Number);
  return {
    centre: numbers(element.dataset.centre) as [number, number],
    bbox: numbers(element.dataset.bbox) as [number, number, number, number],
    zoom,
  };
}

/** Sets `data-idle` on the element whenever all of it is drawn. Throws where the device has no WebGL. */
export function drawMap(element: HTMLElement, frame: Frame, interactive = true): GlMap {
  const [west, south, east, north] = frame.bbox;
  const map = new GlMap({
    container: element.querySelector<HTMLElement>(".map-canvas") ?? element,
    style: cityStyle(),
    center: frame.centre,
    zoom: frame.zoom,
    minZoom: 7,
    maxZoom: 19,
    maxBounds: [west - 0.4, south - 0.4, east + 0.4, north + 0.4],
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    interactive,
    locale: { "Map.Title": `${element.getAttribute("aria-label") ?? ""}: ${element.dataset.keys ?? ""}` },
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  // Tiles that cannot be fetched are no failure: what is there is shown, and they are asked for again.
  map.on("error", () => undefined);
  map.on("movestart", () => delete element.dataset.idle);
  map.on("idle", () => (element.dataset.idle = ""));
  if (attribution) credit(element);
  if (interactive) addZoom(map, element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => restyle(map));
  return map;
}

/** Whose background it is. */
function credit(element: HTMLElement): void {
  const note = document.createElement("p");
  note.className = "map-credit";
  note.textContent = attribution;
  element.append(note);
}

export { colour };

function restyle(map: GlMap): void {
  for (const layer of layers()) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as never, value as never);
  }
}

function cityStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...baseSources(),
      ...streetSources(),
      wards: { type: "vector", tiles: [`${location.origin}/api/v1/tiles/wards/{z}/{x}/{y}.mvt`], maxzoom: WARDS_TO_ZOOM },
    },
    layers: layers(),
  };
}

function layers(): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("--map-ground") } },
    { id: "wards", type: "fill", source: "wards", "source-layer": "wards", paint: { "fill-color": colour("--map-ward") } },
    ...baseLayers(colour),
    ...streetLayers(colour),
    {
      id: "ward-lines",
      type: "line",
      source: "wards",
      "source-layer": "wards",
      paint: { "line-color": colour("--map-line"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 14, 2] },
    },
    ...baseNames(colour),
    ...streetNames(colour),
    {
      id: "ward-names",
      type: "symbol",
      source: "wards",
      "source-layer": "ward_labels",
      layout: {
        "text-field": ["get", "name"],
        "text-font": ["Be Vietnam Pro"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11, 14, 15],
        "text-max-width": 8,
        "text-padding": 6,
      },
      paint: {
        "text-color": colour("--ink-soft"),
        "text-halo-color": colour("--map-ward"),
        "text-halo-width": 1.5,
      },
    },
  ];
}
