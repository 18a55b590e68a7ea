// The points of surveys that an inspector's phone keeps, in a database of their own: what is seen at them waits with the
// verdicts (`round_store.ts`).
import { Keep } from "./keep";
import type { Fix } from "./round_store";

/** A point that nobody has seen yet, as far as this phone knows. */
export interface SurveyPlace {
  id: string;
  survey: string;
  title: string;
  category: string;
  position: number;
  words: string;
  ward: string;
  location: { lon: number; lat: number };
  mine: boolean;
}

export interface SightBody {
  state: "ok" | "fault" | "not_found";
  note: string;
  category: string | null;
  report: string | null;
  /** Answers to the questions of the kind; none where nothing is wrong. */
  attributes?: Record<string, string | string[]>;
  location: Fix | null;
  seen_at: string;
}

/** Finding at a point of a survey. */
export interface Sight {
  survey: string;
  point: string;
  body: SightBody;
}

const keep = new Keep<{ points: SurveyPlace }>("hientruong-survey", { points: { keyPath: "id" } });

export function surveyStore(): Keep<{ points: SurveyPlace }> {
  return keep;
}
