// Maps of administration: who leads where (gaps hatched), and areas that were uploaded beside those in force.
import { colour, drawMap, frameOf, type GlMap } from "./city_map";
import { all, maybe } from "../page/dom";
import { say } from "../page/words";

const CITY_ZOOM = 9.6;
const HATCH_PX = 12;
const COLOURS = ["--accent", "--blue", "--green-fill", "--amber-fill", "--grey", "--red-fill"];

interface Group {
  key: string;
  name: string;
  wards: string[];
}

/** Each ward in the colour of who leads there, as the table under the map says. */
export async function drawWho(frame: HTMLElement, place: HTMLElement): Promise<void> {
  const groups = grouped();
  const map = drawMap(place, frameOf(frame, CITY_ZOOM));
  const wards = await (await fetch("/api/v1/wards")).json();
  await loaded(map);
  map.addSource("who", { type: "geojson", data: wards });
  map.addImage("gap", hatch(colour("--red-fill")));
  groups.forEach((group, number) => {
    const gap = group.key === "gap";
    const tint = colour(COLOURS[number % COLOURS.length] ?? "--grey");
    map.addLayer(
      {
        id: `who-${number}`,
        type: "fill",
        source: "who",
        filter: ["in", ["get", "code"], ["literal", group.wards]],
        paint: gap ? { "fill-pattern": "gap" } : { "fill-color": tint, "fill-opacity": 0.35 },
      },
      "ward-lines",
    );
    addLegend(group, gap ? null : tint);
  });
  const line = { "line-color": colour("--surface"), "line-width": 1.2 };
  map.addLayer({ id: "who-lines", type: "line", source: "who", paint: line }, "ward-names");
  fit(map, frame);
}

/** The areas of an upload over those in force. */
export async function drawAreas(frame: HTMLElement, place: HTMLElement): Promise<void> {
  const map = drawMap(place, frameOf(frame, CITY_ZOOM));
  const units = await (await fetch(frame.dataset.areas ?? "")).json();
  await loaded(map);
  map.addSource("units", { type: "geojson", data: units });
  map.addLayer({ id: "units", type: "fill", source: "units", paint: { "fill-color": colour("--accent"), "fill-opacity": 0.15 } });
  map.addLayer({ id: "unit-lines", type: "line", source: "units", paint: { "line-color": colour("--accent"), "line-width": 2 } });
  fit(map, frame);
}

function grouped(): Group[] {
  const found = new Map<string, Group>();
  for (const row of all<HTMLElement>("tr[data-ward]")) {
    const { ward = "", group = "gap", groupName = "" } = row.dataset;
    const known = found.get(group) ?? { key: group, name: group === "gap" ? say("gap") : groupName, wards: [] };
    known.wards.push(ward);
    found.set(group, known);
  }
  return [...found.values()].sort((one, other) => other.wards.length - one.wards.length);
}

function addLegend(group: Group, tint: string | null): void {
  const row = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = tint ? "swatch" : "swatch swatch-gap";
  if (tint) swatch.style.background = `color-mix(in srgb, ${tint} 45%, transparent)`;
  row.append(swatch, `${group.name} (${group.wards.length})`);
  maybe("[data-legend]")?.append(row);
}

/** Slanting lines that meet those of the next tile. */
function hatch(ink: string): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH_PX;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(shift, HATCH_PX);
    pen.lineTo(shift + HATCH_PX, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, HATCH_PX, HATCH_PX);
}

function fit(map: GlMap, frame: HTMLElement): void {
  const [west, south, east, north] = frameOf(frame, CITY_ZOOM).bbox;
  map.fitBounds([west, south, east, north], { padding: 16, animate: false });
}

function loaded(map: GlMap): Promise<void> {
  return new Promise((resolve) => {
    if (map.loaded()) resolve();
    else map.once("load", () => resolve());
  });
}
