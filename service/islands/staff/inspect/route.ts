// The order in which to go round chosen places: nearest insertion, then bettered by turning parts round (2-opt).
// Straight lines over the ground; the way need not come back to where it began.

export interface Spot {
  lon: number;
  lat: number;
}

const EARTH_M = 6371008.8;

/** Metres between two places on the mean sphere. */
export function metres(one: Spot, other: Spot): number {
  const rad = Math.PI / 180;
  const dLat = (other.lat - one.lat) * rad;
  const dLon = (other.lon - one.lon) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** Indices of `spots` in the order to visit them, beginning from `start` where that is known. */
export function bestOrder(spots: Spot[], start: Spot | null): number[] {
  const all = start ? [start, ...spots] : spots;
  if (all.length === 0) return [];
  const far = all.map((one) => all.map((other) => metres(one, other)));
  const path = start ? insertion(far, [0], 0) : shortestOf(all.map((_, first) => insertion(far, [first], -1)), far);
  const bettered = twoOpt(far, path, start ? 1 : 0);
  return start ? bettered.slice(1).map((each) => each - 1) : bettered;
}

/** Metres along the way through `spots` in that order, from `start` where that is known. */
export function wayLength(spots: Spot[], order: number[], start: Spot | null): number {
  const way = [...(start ? [start] : []), ...order.map((each) => spots[each] as Spot)];
  return way.slice(1).reduce((sum, spot, place) => sum + metres(way[place] as Spot, spot), 0);
}

/** Take in the place nearest to the path, where it costs least; nothing goes before the place `fixed`. */
function insertion(far: number[][], begun: number[], fixed: number): number[] {
  const path = [...begun];
  const left = new Set(far.keys());
  for (const each of path) left.delete(each);
  while (left.size) {
    const next = least([...left], (each) => Math.min(...path.map((known) => at(far, each, known))));
    left.delete(next);
    const places = Array.from({ length: path.length + 1 }, (_, place) => place).filter((place) => place > fixed);
    path.splice(least(places, (place) => costOf(far, path, next, place)), 0, next);
  }
  return path;
}

function costOf(far: number[][], path: number[], next: number, place: number): number {
  const before = path[place - 1];
  const after = path[place];
  if (before === undefined) return at(far, next, after as number);
  if (after === undefined) return at(far, before, next);
  return at(far, before, next) + at(far, next, after) - at(far, before, after);
}

function twoOpt(far: number[][], given: number[], first: number): number[] {
  let path = given;
  for (let better = true; better; ) {
    better = false;
    for (let from = first; from < path.length - 1; from += 1) {
      for (let to = from + 1; to < path.length; to += 1) {
        const turned = [...path.slice(0, from), ...path.slice(from, to + 1).reverse(), ...path.slice(to + 1)];
        if (length(far, turned) < length(far, path) - 0.01) {
          path = turned;
          better = true;
        }
      }
    }
  }
  return path;
}

function shortestOf(paths: number[][], far: number[][]): number[] {
  return paths.reduce((best, path) => (length(far, path) < length(far, best) ? path : best));
}

function length(far: number[][], path: number[]): number {
  return path.slice(1).reduce((sum, each, place) => sum + at(far, path[place] as number, each), 0);
}

function at(far: number[][], one: number, other: number): number {
  return far[one]?.[other] ?? 0;
}

function least(given: number[], cost: (each: number) => number): number {
  return given.reduce((best, each) => (cost(each) < cost(best) ? each : best));
}
