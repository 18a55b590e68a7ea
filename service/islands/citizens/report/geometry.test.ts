// A place keeps the digits a phone knows; the map shows the whole circle of what a fix may be off.
import { expect, test } from "vitest";
import { metres, placeOf, STREET_ZOOM, zoomFor } from "./geometry";

test("a place is rounded to about ten centimetres", () => {
  expect(placeOf({ lng: 107.58512345678, lat: 16.46498765432 })).toEqual({ lon: 107.585123, lat: 16.464988 });
});

test("metres are the same both ways, shorter along a parallel than along a meridian", () => {
  const here = { lon: 107.58, lat: 16.46 };
  const north = { lon: 107.58, lat: 16.47 };
  const east = { lon: 107.59, lat: 16.46 };
  expect(metres(here, north)).toBeCloseTo(1113.2, 0);
  expect(metres(here, east)).toBeCloseTo(1113.2 * Math.cos((16.46 * Math.PI) / 180), 0);
  expect(metres(east, here)).toBe(metres(here, east));
});

test("a good fix shows the street, a coarse one as much of the city as it may mean", () => {
  expect(zoomFor(5)).toBe(STREET_ZOOM);
  expect(zoomFor(2000)).toBeLessThan(zoomFor(500));
  expect(zoomFor(1_000_000)).toBe(11);
});
