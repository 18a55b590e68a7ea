// Places on the report's map in numbers: rounded, how far apart, and the zoom that shows what a phone may be off.
import type { Place } from "../../lib/storage/store";

export const STREET_ZOOM = 16.5;
const METRES_PER_DEGREE = 111_320;

/** A map's point as a place, to about ten centimetres: more digits say more than a phone knows. */
export function placeOf({ lng, lat }: { lng: number; lat: number }): Place {
  return { lon: round(lng), lat: round(lat) };
}

/** Return whether a place lies in a box `west,south,east,north`: a photo taken elsewhere shows no place of this city. */
export function isWithin(box: string, { lon, lat }: Place): boolean {
  const [west = 0, south = 0, east = 0, north = 0] = box.split(",").map(Number);
  return west <= lon && lon <= east && south <= lat && lat <= north;
}

/** The address of a small picture of the map around a place, drawn by the service. */
export function pictureOf({ lon, lat }: Pick<Place, "lon" | "lat">): string {
  return `/report/map.svg?lon=${lon}&lat=${lat}&z=16&size=wide`;
}

/** Return the zoom at which the circle of the phone's accuracy fits on the screen. */
export function zoomFor(accuracyM: number): number {
  return Math.max(11, Math.min(STREET_ZOOM, 23.5 - Math.log2(Math.max(40, accuracyM) * 2)));
}

export function metres(one: Place, other: Place): number {
  const high = (one.lat - other.lat) * METRES_PER_DEGREE;
  const wide = (one.lon - other.lon) * METRES_PER_DEGREE * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(high, wide);
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
