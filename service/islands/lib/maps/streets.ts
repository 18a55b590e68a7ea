// Water, streets, bridges, landmarks and their names from our own tiles, in the page's colours: fine lines from afar,
// streets as wide as they are near by.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification } from "maplibre-gl";
import { ground } from "./ground";

const STREETS = "streets";
/** The finest tiles there are; deeper zooms are drawn from them. */
const FINEST = 15;
const BIG = ["motorway", "trunk", "primary"];
const MIDDLE = ["secondary", "tertiary"];
const SMALL = ["minor", "service"];
const PATHS = ["path", "track"];

type Colour = (name: string) => string;

export function streetSources(): Record<string, SourceSpecification> {
  if (!ground.streets) return {};
  return { [STREETS]: { type: "vector", tiles: [`${location.origin}/api/v1/tiles/streets/{z}/{x}/{y}.mvt`], maxzoom: FINEST } };
}

/** Above the wards' ground and a background, beneath borders and names. */
export function streetLayers(colour: Colour): LayerSpecification[] {
  if (!ground.streets) return [];
  return [
    {
      ...layer("water", "water"),
      type: "fill",
      filter: is("Polygon"),
      paint: { "fill-color": colour("--map-water") },
    },
    {
      ...layer("rivers", "water"),
      type: "line",
      filter: is("LineString"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour("--map-water"), "line-width": widths(1, 3) },
    },
    ...lines("paths", PATHS, 15, colour, [0.6, 1.5]),
    ...lines("small", SMALL, 13, colour, [0.7, 4]),
    ...lines("middle", MIDDLE, 11, colour, [1, 6]),
    ...lines("big", BIG, 8, colour, [1.4, 8]),
    {
      ...layer("bridges", "streets"),
      type: "line",
      minzoom: 14,
      filter: ["all", is("LineString"), ["to-boolean", ["get", "bridge"]]] as unknown as FilterSpecification,
      paint: { "line-color": colour("--map-bridge"), "line-gap-width": widths(2, 8), "line-width": 1.5 },
    },
  ];
}

/** Above all lines: the names of streets, water and landmarks. */
export function streetNames(colour: Colour): LayerSpecification[] {
  if (!ground.streets) return [];
  return [
    along("water-names", "water", 12, is("LineString"), colour("--map-water-ink"), colour),
    {
      ...layer("lake-names", "water"),
      type: "symbol",
      minzoom: 14,
      filter: is("Polygon"),
      layout: { ...words, "text-max-width": 7 },
      paint: ink(colour("--map-water-ink"), colour),
    },
    {
      ...layer("landmarks", "landmarks"),
      type: "symbol",
      minzoom: 14,
      filter: ["<=", ["get", "rank"], ["step", ["zoom"], 1, 15, 2, 16, 3, 17.5, 4]] as unknown as FilterSpecification,
      layout: { ...words, "text-max-width": 8, "symbol-sort-key": ["get", "rank"], "text-padding": 4 },
      paint: ink(colour("--ink"), colour),
    },
    along("small-names", "streets", 15, among([...SMALL, ...PATHS]), colour("--ink-soft"), colour),
    along("big-names", "streets", 13, among([...MIDDLE, ...BIG]), colour("--ink-soft"), colour),
  ];
}

const words = {
  "text-field": ["coalesce", ["get", "name"], ""] as ExpressionSpecification,
  "text-font": ["Be Vietnam Pro"],
  "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 18, 15] as ExpressionSpecification,
};

function layer<Source extends string>(name: string, from: Source) {
  return { id: `${STREETS}-${name}`, source: STREETS, "source-layer": from };
}

function is(shape: string): FilterSpecification {
  return ["==", ["geometry-type"], shape] as unknown as FilterSpecification;
}

function among(classes: string[]): FilterSpecification {
  return ["in", ["get", "class"], ["literal", classes]] as unknown as FilterSpecification;
}

/** Pixels at zoom 13 and 17; twice as wide with each zoom beyond. */
function widths(far: number, near: number): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.7], ["zoom"], 9, far * 0.5, 13, far, 17, near, 19, near * 3];
}

/** A street is its casing and what lies in it, so that it is seen on any ground. */
function lines(name: string, classes: string[], minzoom: number, colour: Colour, [far, near]: [number, number]): LayerSpecification[] {
  const common = { type: "line", minzoom, filter: among(classes), layout: { "line-cap": "round", "line-join": "round" } } as const;
  return [
    {
      ...layer(`${name}-edges`, "streets"),
      ...common,
      paint: { "line-color": colour("--map-road-edge"), "line-width": widths(far + 1, near + 2) },
    },
    { ...layer(name, "streets"), ...common, paint: { "line-color": colour(classes === BIG ? "--map-road-big" : "--map-road"), "line-width": widths(far, near) } },
  ];
}

function along(name: string, from: string, minzoom: number, filter: FilterSpecification, text: string, colour: Colour): LayerSpecification {
  return {
    ...layer(name, from),
    type: "symbol",
    minzoom,
    filter,
    layout: { ...words, "symbol-placement": "line", "symbol-spacing": 220, "text-max-angle": 38 },
    paint: ink(text, colour),
  };
}

function ink(text: string, colour: Colour) {
  return { "text-color": text, "text-halo-color": colour("--map-ward"), "text-halo-width": 1.5 };
}
