// "My reports": those that wait on this phone, to be looked at, mended, sent again or deleted.
import { fromTemplate, maybe, one, slot } from "../lib/page/dom";
import { Drawn } from "../lib/page/drawn";
import { listen } from "../lib/requests/news";
import { flush } from "../lib/sending/outbox";
import { ready } from "../lib/page/ready";
import { factsOf, forgetWaiting, photosOf, store, waitingWithPhotos, words, type Draft, type KeptPhoto, type Waiting } from "../lib/storage/store";
import { offerAnother } from "../lib/photos/another";
import { show as showOnTile, tileOf } from "../lib/photos/tiles";
import { toast } from "../lib/page/toast";
import { line } from "../lib/requests/page_line";
import { say } from "../lib/page/words";
import { setDraftOfTab } from "./report/tab";

const list = maybe("[data-waiting-list]");
const drawn = new Drawn();

async function draw(): Promise<void> {
  if (!list) return;
  const waiting = await drawn.newest(waitingWithPhotos());
  if (!waiting) return;
  const cards = waiting.map(({ report, photos }) => drawn.of(report.id, [{ ...report, tries: 0, nextAt: 0 }, photos.map(factsOf), navigator.onLine], () => card(report, photos)));
  drawn.show(list, cards);
  one("[data-waiting-section]").hidden = waiting.length === 0;
}

function card(report: Waiting, photos: KeptPhoto[]): HTMLElement {
  const made = fromTemplate("[data-waiting-card]");
  slot("title", made).textContent = report.kind;
  slot("text", made).textContent = report.body.description || report.body.address;
  slot("state", made).textContent = stateWords(report, photos);
  made.dataset.state = report.state;
  const tiles = photos.map((photo) => tileOf(photo, urlOf(photo), photo.problem ? words(photo.problem) : ""));
  slot("photos", made).replaceChildren(...tiles);
  slot("photos", made).hidden = tiles.length === 0;
  one("[data-mend]", made).hidden = Boolean(report.code) || Boolean(report.follow);
  one("[data-mend]", made).addEventListener("click", () => void mend(report));
  one("[data-delete]", made).addEventListener("click", () => void remove(report));
  const link = one<HTMLAnchorElement>("[data-look]", made);
  link.hidden = !report.code;
  link.href = `/r/${report.code ?? ""}`;
  offerAnother(made, report, photos, () => void draw());
  return made;
}

const urls = new Map<string, string>();

function urlOf(photo: KeptPhoto): string {
  const known = urls.get(photo.id) ?? URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
  urls.set(photo.id, known);
  return known;
}

function stateWords(report: Waiting, photos: KeptPhoto[]): string {
  const refused = photos.filter((each) => each.state === "refused").length;
  // Its picture says why, beside it.
  if (report.code && refused && report.state === "refused") return say(refused === 1 ? "refused_photo" : "refused_photos", { n: refused });
  if (report.state === "refused") return (report.problem && words(report.problem)) || say("refused");
  if (report.addition && report.state === "sent") return say(navigator.onLine ? "will_retry" : "waits_for_network");
  if (report.state === "sent") return say("photos_left", { n: photos.length - refused });
  return say(navigator.onLine ? "will_retry" : "waits_for_network");
}

/** Back into the sheet with all that was there, beside whatever else is being written. */
async function mend({ id }: Waiting): Promise<void> {
  // As it is by now: it may have been tried again, or have arrived.
  const report = await store().get("outbox", id);
  if (!report || report.code) return draw();
  const draft = draftOf(report);
  await store().put("draft", draft, draft.id);
  for (const { problem: _, ...photo } of await photosOf(report.id)) {
    await store().put("photos", { ...photo, report: draft.id, state: "waiting" });
  }
  await store().delete("outbox", report.id);
  setDraftOfTab(draft.id);
  window.location.assign("/report");
}

/** Remember ids that may have arrived: the same id with other words would be refused for ever. */
function draftOf({ body, before, tries, state, problem }: Waiting): Draft {
  const { id, category, description, address, attributes: answers, location: place, ward, contact, anonymous, occurred_at } = body;
  const sure = tries === 0 || (state === "refused" && problem?.status !== 409);
  return {
    ...{ id, category, description, address, answers, anonymous, placed: Boolean(place), changedAt: Date.now() },
    ...(place ? { place } : {}),
    ...(ward ? { ward } : {}),
    ...(contact ? { contact } : {}),
    ...(problem ? { problem } : {}),
    ...(occurred_at ? { seenAt: occurred_at } : {}),
    ...(before || !sure ? { before: before ?? body } : {}),
  };
}

async function remove(report: Waiting): Promise<void> {
  if (!confirm(say(report.code ? "delete_photos" : "delete_waiting"))) return;
  await forgetWaiting(report.id);
  await draw();
}

maybe("[data-send-now]")?.addEventListener("click", async () => {
  if (!navigator.onLine) return toast(say("no_network"), { bad: true });
  // After the try under way, if there is one: it may fail, and the next one is minutes away by then.
  await flush(line, { eager: true, wait: true });
  await draw();
});
listen((news) => {
  if (news.kind === "sent") window.location.reload();
  else if (news.kind === "progress") showOnTile(news);
  else void draw();
});
window.addEventListener("online", () => void draw());
window.addEventListener("offline", () => void draw());
await draw().catch(() => undefined);
ready();
