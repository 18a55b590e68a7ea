// On a report's own page: its photos that the service did not take, as long as they lie on this phone.
import { dropRefused, offerAnother } from "./another";
import { fromTemplate, maybe, one, slot } from "../page/dom";
import { Drawn } from "../page/drawn";
import { listen } from "../requests/news";
import { factsOf, forgetWaiting, waitingWithPhotos, words, type KeptPhoto, type Waiting } from "../storage/store";
import { tileOf } from "./tiles";
import { say } from "../page/words";

export async function showRefusedPhotos(code: string): Promise<void> {
  const place = maybe("[data-refused]");
  if (!place) return;
  listen((news) => void (news.code === code && draw(place, code)));
  await draw(place, code);
}

const drawn = new Drawn();

async function draw(place: HTMLElement, code: string): Promise<void> {
  const waiting = await drawn.newest(waitingWithPhotos((each) => each.code === code));
  if (!waiting) return;
  const boxes: HTMLElement[] = [];
  for (const { report, photos } of waiting) {
    const refused = photos.filter((each) => each.state === "refused");
    if (refused.length || (report.addition && report.state === "refused")) boxes.push(drawn.of(report.id, [report, photos.map(factsOf)], () => box(report, photos, refused, () => void draw(place, code))));
  }
  drawn.show(place, boxes);
  place.hidden = boxes.length === 0;
  // The server counted the same photos for a page without scripts.
  const counted = maybe("[data-lost]");
  if (counted && boxes.length) counted.hidden = true;
}

function box(report: Waiting, photos: KeptPhoto[], refused: KeptPhoto[], changed: () => void): HTMLElement {
  const made = fromTemplate("[data-refused-box]");
  slot("text", made).textContent = refused.length ? say(refused.length === 1 ? "refused_photo" : "refused_photos", { n: refused.length }) : whyNot(report);
  const tiles = refused.map((photo) => tileOf(photo, URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })), photo.problem ? words(photo.problem) : ""));
  slot("photos", made).replaceChildren(...tiles);
  offerAnother(made, report, photos, changed);
  one("[data-drop]", made).hidden = refused.length === 0;
  one("[data-drop]", made).addEventListener("click", () => void dropRefused(report, photos).then(changed));
  one("[data-drop-form]", made).hidden = refused.length > 0;
  one("[data-drop-form]", made).addEventListener("click", () => void forgetWaiting(report.id).then(changed));
  return made;
}

/** A form that was kept and then refused as a whole: why, and what was typed, to be copied. */
function whyNot({ problem, body }: Waiting): string {
  const typed = body.description ? `“${body.description}”` : "";
  return [(problem && words(problem)) || say("failed"), typed].filter(Boolean).join(" ");
}
