// What the page tells of statuses: how each looks on a map, and which ones a filter means.
import type { ExpressionSpecification, Map as GlMap } from "maplibre-gl";
import { colour } from "../page/colour";

interface StatusFacts {
  tones: Record<string, string>;
  sets: Record<string, string[]>;
}

const COLOURS: Record<string, string> = { blue: "--blue", purple: "--purple", green: "--green-fill", amber: "--amber-fill", red: "--red-fill" };
const GREY = "--grey";
/** Edge of a drawn shape, and pixels of the picture for each of the map: sharp on phones too. */
const EDGE = 22;
const SHARP = 2;

/** The picture of what is late: a diamond, as the legend has it. */
export const LATE = "shape-late";

function factsOf(map: HTMLElement): StatusFacts {
  return JSON.parse(map.dataset.statuses ?? "{}") as StatusFacts;
}

/** The statuses of a set as the API asks for them; empty for a set that the page does not know. */
export function statusesOf(map: HTMLElement, set: string): string {
  return (factsOf(map).sets[set] ?? []).join(",");
}

/** A point's colour on the wall: red where it is late, else that of its status. */
export function pointColour(map: HTMLElement): ExpressionSpecification {
  const byStatus = Object.entries(factsOf(map).tones).flatMap(([status, tone]) => (COLOURS[tone] ? [status, colour(COLOURS[tone])] : []));
  return ["case", ["to-boolean", ["get", "late"]], colour("--red-fill"), ["match", ["get", "status"], ...byStatus, colour(GREY)]] as unknown as ExpressionSpecification;
}

/** A point's shape, never its colour alone: a diamond where it is open and late, a ring where it is done, else a dot. */
export function pointShape(map: HTMLElement): ExpressionSpecification {
  const { tones, sets } = factsOf(map);
  const byStatus = Object.entries(tones).flatMap(([status, tone]) => (COLOURS[tone] ? [status, `shape-${tone}`] : []));
  const late = ["all", ["to-boolean", ["get", "late"]], ["in", ["get", "status"], ["literal", sets.open ?? []]]];
  return ["case", late, LATE, ["match", ["get", "status"], ...byStatus, "shape-grey"]] as unknown as ExpressionSpecification;
}

/** Draw the shapes in the page's colours, and again when these change. */
export function addShapes(map: GlMap): void {
  const draw = () => {
    put(map, LATE, drawn("--red-fill", diamond));
    put(map, "shape-grey", drawn(GREY, dot));
    for (const [tone, name] of Object.entries(COLOURS)) put(map, `shape-${tone}`, drawn(name, tone === "green" ? ring : dot));
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

function put(map: GlMap, name: string, picture: ImageData): void {
  if (map.hasImage(name)) map.updateImage(name, picture);
  else map.addImage(name, picture, { pixelRatio: SHARP });
}

type Pen = CanvasRenderingContext2D;

function drawn(name: string, shape: (pen: Pen, fill: string, edge: string) => void): ImageData {
  const canvas = Object.assign(document.createElement("canvas"), { width: EDGE * SHARP, height: EDGE * SHARP });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.scale(SHARP, SHARP);
  pen.translate(EDGE / 2, EDGE / 2);
  shape(pen, colour(name), colour("--surface"));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function disc(pen: Pen, radius: number, fill: string): void {
  pen.beginPath();
  pen.arc(0, 0, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
}

function dot(pen: Pen, fill: string, edge: string): void {
  disc(pen, 9, edge);
  disc(pen, 7, fill);
}

function ring(pen: Pen, fill: string, edge: string): void {
  disc(pen, 9, edge);
  disc(pen, 8, fill);
  disc(pen, 4, edge);
}

function diamond(pen: Pen, fill: string, edge: string): void {
  pen.rotate(Math.PI / 4);
  for (const [half, each] of [[7.5, edge], [6, fill]] as const) {
    pen.fillStyle = each;
    pen.fillRect(-half, -half, 2 * half, 2 * half);
  }
}
