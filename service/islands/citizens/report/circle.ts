// How far the phone may be off: a circle on the map around where it says it is.
import type { GeoJSONSource } from "maplibre-gl";
import type { GlMap } from "../../lib/maps/city_map";
import { colour } from "../../lib/page/colour";
import type { Place } from "../../lib/storage/store";

const SOURCE = "accuracy";
const CORNERS = 48;
const METRES_PER_DEGREE = 111_320;

export function drawCircle(map: GlMap, place: Place): void {
  const shape = circle(place, place.accuracy_m ?? 0);
  const source = map.getSource(SOURCE) as GeoJSONSource | undefined;
  if (source) {
    source.setData(shape);
    return;
  }
  if (!map.isStyleLoaded()) {
    map.once("idle", () => drawCircle(map, place));
    return;
  }
  map.addSource(SOURCE, { type: "geojson", data: shape });
  map.addLayer({ id: SOURCE, type: "fill", source: SOURCE, paint: { "fill-color": colour("--blue"), "fill-opacity": 0.16 } });
  map.addLayer({ id: `${SOURCE}-line`, type: "line", source: SOURCE, paint: { "line-color": colour("--blue"), "line-width": 2 } });
}

function circle({ lon, lat }: Place, radiusM: number) {
  const high = radiusM / METRES_PER_DEGREE;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: CORNERS + 1 }, (_, n) => {
    const turn = (2 * Math.PI * n) / CORNERS;
    return [lon + wide * Math.cos(turn), lat + high * Math.sin(turn)];
  });
  return { type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates: [ring] } };
}
