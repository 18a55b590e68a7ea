// What the page tells of the ground of its maps: streets that were loaded, and a background beneath them.
import { maybe } from "../page/dom";

export interface Background {
  url: string;
  kind: "raster" | "vector";
  attribution: string;
  zooms?: [number, number];
  box?: [number, number, number, number];
}

interface Ground {
  background?: Background;
  streets?: { attribution: string };
}

const content = maybe<HTMLMetaElement>('meta[name="ground"]')?.content;

export const ground: Ground = content ? (JSON.parse(content) as Ground) : {};

/** True where streets are drawn: then a map of a few metres is no empty sheet. */
export const hasStreets = Boolean(ground.background ?? ground.streets);

const credits = [ground.streets?.attribution, ground.background?.attribution].filter((each) => each !== undefined && each !== "") as string[];

/** Whose maps these are; what another says at more length is said once. */
export const attribution = [...new Set(credits)].filter((each) => !credits.some((other) => other !== each && other.startsWith(each))).join(" · ");
