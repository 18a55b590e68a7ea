// The map's background where an installation has one: raster tiles, vector tiles or a PMTiles file. Vector data
// may speak of things as OpenMapTiles or as Protomaps do; what a source does not have is simply not drawn.
import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import type { Protocol } from "pmtiles";
import { ground, type Background } from "./ground";

const BASE = "basemap";

const basemap = ground.background ?? null;

export function baseSources(): Record<string, SourceSpecification> {
  if (!basemap) return {};
  const url = basemap.url.startsWith("/") ? location.origin + basemap.url : basemap.url;
  const isFile = new URL(url).pathname.toLowerCase().endsWith(".pmtiles");
  if (isFile) readFiles();
  const whole = isFile ? `pmtiles://${url}` : url;
  const from = { ...(url.includes("{z}") ? { tiles: [url] } : { url: whole }), ...reach(basemap) };
  return { [BASE]: basemap.kind === "raster" ? { type: "raster", tileSize: 256, ...from } : { type: "vector", ...from } };
}

/** Return bounds and zooms of a tile source, outside which nothing is requested. */
function reach({ zooms, box }: Background): { minzoom?: number; maxzoom?: number; bounds?: [number, number, number, number] } {
  return { ...(zooms && { minzoom: zooms[0], maxzoom: zooms[1] }), ...(box && { bounds: box }) };
}

/** Above the wards' ground, beneath their lines and names. */
export function baseLayers(colour: (name: string) => string): LayerSpecification[] {
  if (!basemap) return [];
  if (basemap.kind === "raster") return [{ id: BASE, type: "raster", source: BASE, paint: dimmed() }];
  return [
    ...["landuse", "landcover", "park"].map((layer) => area(layer, colour("--map-green"))),
    area("water", colour("--map-water")),
    line("waterway", colour("--map-water"), 1),
    area("building", colour("--map-building")),
    area("buildings", colour("--map-building")),
    ...["transportation", "roads"].map((layer) => line(layer, colour("--map-road"), 2.5)),
  ];
}

/** Above all lines. */
export function baseNames(colour: (name: string) => string): LayerSpecification[] {
  if (basemap?.kind !== "vector") return [];
  return ["transportation_name", "roads"].map((layer) => roadNames(layer, colour));
}

/** Bright tiles would dazzle in the dark. */
function dimmed(): Record<string, number> {
  const dark = document.documentElement.dataset.theme === "dark" || matchMedia("(prefers-color-scheme: dark)").matches;
  return { "raster-brightness-max": dark ? 0.55 : 1, "raster-saturation": -0.25 };
}

function area(layer: string, fill: string): LayerSpecification {
  const filter = ["==", ["geometry-type"], "Polygon"] as never;
  return { id: `${BASE}-${layer}`, type: "fill", source: BASE, "source-layer": layer, filter, paint: { "fill-color": fill } };
}

function line(layer: string, fill: string, widest: number): LayerSpecification {
  return {
    id: `${BASE}-${layer}-lines`,
    type: "line",
    source: BASE,
    "source-layer": layer,
    filter: ["==", ["geometry-type"], "LineString"] as never,
    paint: { "line-color": fill, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 0.4, 14, widest, 18, widest * 5] },
  };
}

function roadNames(layer: string, colour: (name: string) => string): LayerSpecification {
  return {
    id: `${BASE}-${layer}-names`,
    type: "symbol",
    source: BASE,
    "source-layer": layer,
    minzoom: 14,
    layout: { "symbol-placement": "line", "text-field": ["coalesce", ["get", "name:vi"], ["get", "name"], ""], "text-font": ["Be Vietnam Pro"], "text-size": 12 },
    paint: { "text-color": colour("--ink-soft"), "text-halo-color": colour("--map-ward"), "text-halo-width": 1.5 },
  };
}

let reader: Promise<Protocol> | undefined;

/** The reader of PMTiles is fetched with the first tile of one. */
function readFiles(): void {
  addProtocol("pmtiles", async (request, abort) => {
    reader ??= import("pmtiles").then(({ Protocol }) => new Protocol());
    return (await reader).tile(request, abort);
  });
}
