// What the page tells of statuses: how each looks on a map, and which ones a filter means.
import type { ExpressionSpecification } from "maplibre-gl";
import { colour } from "./city_map";

interface StatusFacts {
  tones: Record<string, string>;
  sets: Record<string, string[]>;
}

const COLOURS: Record<string, string> = { blue: "--blue", purple: "--purple", green: "--green-fill", amber: "--amber-fill", red: "--red-fill" };

function factsOf(map: HTMLElement): StatusFacts {
  return JSON.parse(map.dataset.statuses ?? "{}") as StatusFacts;
}

/** The statuses of a set as the API asks for them; empty for a set that the page does not know. */
export function statusesOf(map: HTMLElement, set: string): string {
  return (factsOf(map).sets[set] ?? []).join(",");
}

/** A point's colour: red where it is late, else that of its status. */
export function pointColour(map: HTMLElement): ExpressionSpecification {
  const byStatus = Object.entries(factsOf(map).tones).flatMap(([status, tone]) => (COLOURS[tone] ? [status, colour(COLOURS[tone])] : []));
  return ["case", ["to-boolean", ["get", "late"]], colour("--red-fill"), ["match", ["get", "status"], ...byStatus, colour("--grey")]] as unknown as ExpressionSpecification;
}
