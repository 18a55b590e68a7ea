// Places in the order in which somebody puts them on a map: points of their own, or the bends of a line.

export type Place = [lon: number, lat: number];

const EARTH_M = 6_371_009;

/** Six decimals are a decimetre: what more is in a click is noise. */
export function rounded(lon: number, lat: number): Place {
  return [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
}

export class DrawnPlaces {
  constructor(
    readonly places: Place[],
    private readonly most: number,
  ) {}

  /** False where there is no room for one more, or it stands exactly on the one before it. */
  add(lon: number, lat: number): boolean {
    const place = rounded(lon, lat);
    const last = this.places.at(-1);
    if (this.places.length >= this.most || (last && last[0] === place[0] && last[1] === place[1])) return false;
    this.places.push(place);
    return true;
  }

  move(index: number, lon: number, lat: number): void {
    if (this.places[index]) this.places[index] = rounded(lon, lat);
  }

  drop(index: number): void {
    this.places.splice(index, 1);
  }

  clear(): void {
    this.places.length = 0;
  }

  get metres(): number {
    return this.places.slice(1).reduce((sum, place, index) => sum + apart(this.places[index] as Place, place), 0);
  }

  /** GeoJSON of the line, empty while it has no two places. */
  get line(): string {
    return this.places.length < 2 ? "" : JSON.stringify({ type: "LineString", coordinates: this.places });
  }
}

function apart([west, south]: Place, [east, north]: Place): number {
  const radians = Math.PI / 180;
  const half = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const h = half(north - south) + Math.cos(south * radians) * Math.cos(north * radians) * half(east - west);
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

/** The places of a line that the page has; nothing of one in several parts, or that is none. */
export function placesOf(geojson: string): Place[] {
  try {
    const line = JSON.parse(geojson) as { type?: string; coordinates?: Place[] } | null;
    return line?.type === "LineString" ? (line.coordinates ?? []).map(([lon, lat]) => rounded(lon, lat)) : [];
  } catch {
    return [];
  }
}
