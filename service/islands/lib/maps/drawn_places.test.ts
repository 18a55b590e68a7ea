import { expect, test } from "vitest";
import { DrawnPlaces, placesOf } from "./drawn_places";

test("a line is told in metres and as GeoJSON, from its second place on", () => {
  const drawn = new DrawnPlaces([], 3);
  expect(drawn.add(107.5200001, 16.42)).toBe(true);
  expect([drawn.line, drawn.metres]).toEqual(["", 0]);
  expect(drawn.add(107.52, 16.42)).toBe(false);
  expect(drawn.add(107.5228, 16.42)).toBe(true);
  expect(drawn.metres).toBeGreaterThan(297);
  expect(drawn.metres).toBeLessThan(301);
  expect(JSON.parse(drawn.line)).toEqual({ type: "LineString", coordinates: [[107.52, 16.42], [107.5228, 16.42]] });
  drawn.move(1, 107.53, 16.43);
  expect(drawn.add(107.54, 16.43)).toBe(true);
  expect(drawn.add(107.55, 16.43)).toBe(false);
  drawn.drop(0);
  expect(drawn.places).toEqual([[107.53, 16.43], [107.54, 16.43]]);
  drawn.clear();
  expect(drawn.line).toBe("");
});

test("only a line in one part is taken up again", () => {
  expect(placesOf('{"type":"LineString","coordinates":[[107.5,16.4,3],[107.6,16.4]]}')).toEqual([[107.5, 16.4], [107.6, 16.4]]);
  for (const other of ["", "null", "{", '{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}']) expect(placesOf(other)).toEqual([]);
});
