// What every page does: tell that one is offline, send what waits, open dialogs, keep the app on the phone.
import { all, maybe, one } from "./lib/page/dom";
import { readAnswer } from "./lib/requests/answer";
import { listen } from "./lib/requests/news";
import { flush, nextTry } from "./lib/sending/outbox";
import { ready } from "./lib/page/ready";
import { countWaiting } from "./lib/storage/store";
import { askForSync } from "./lib/requests/sync";
import { toast } from "./lib/page/toast";
import { registerWorker } from "./lib/page/app_worker";
import { line } from "./lib/requests/page_line";
import { say } from "./lib/page/words";

const BUSY_MS = 3000;
const NEWS_EVERY_MS = 60_000;

let timer: ReturnType<typeof setTimeout> | undefined;

async function showWaiting(): Promise<void> {
  const { reports: waiting, photos, refused } = await countWaiting();
  const count = maybe("[data-waiting-count]");
  if (count) {
    count.hidden = waiting === 0;
    count.textContent = String(waiting);
  }
  const strip = maybe("[data-offline]");
  if (!strip) return;
  const offline = !navigator.onLine;
  strip.hidden = !offline && !waiting && !photos && !refused;
  const kept = waiting === 1 ? "waiting_one" : waiting ? "waiting_many" : photos ? "photos_waiting" : refused === 1 ? "refused_photo" : "refused_photos";
  const key = offline ? (["offline", "offline_one"][waiting] ?? "offline_many") : kept;
  one("[data-offline-words]", strip).textContent = say(key, { n: waiting || refused });
}

function showProving(): void {
  const strip = maybe("[data-offline]");
  if (!strip) return;
  strip.hidden = false;
  one("[data-offline-words]", strip).textContent = say("proving");
}

/** Show how far the photo that is being sent has come. */
function showPart(part: number): void {
  const words = maybe("[data-offline-words]");
  const strip = maybe("[data-offline]");
  if (!words || !strip || document.querySelector("[data-sheet]")) return;
  strip.hidden = false;
  words.textContent = say("photo_going", { n: Math.round(100 * part) });
}

async function send(eager: boolean): Promise<void> {
  clearTimeout(timer);
  const mine = !navigator.onLine || (await flush(line, { eager }));
  // Another page is sending: it may have begun before the newest report was there.
  const due = mine ? await nextTry() : Date.now() + BUSY_MS;
  if (due !== null) timer = setTimeout(() => void send(false), Math.max(1000, due - Date.now()));
  if (due !== null) void askForSync().catch(() => undefined);
  await showWaiting();
}

function openDialogs(): void {
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-open]");
    if (opener) maybe<HTMLDialogElement>(`#${opener.dataset.open}`)?.showModal();
  });
  for (const dialog of all<HTMLDialogElement>("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    if (!dialog.open) continue; // its form was refused: it comes back open, but not yet on top of the page
    dialog.close();
    dialog.showModal();
  }
}

/** Without TLS there is no clipboard, and a browser may forbid it: then as one did before there was any. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "off-screen" });
    // In an open dialog nothing outside it can be selected.
    (maybe("dialog[open]") ?? document.body).append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

function shareAndCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-share], [data-copy]");
    if (!button) return;
    const text = button.dataset.copy ?? button.dataset.share ?? "";
    const sheet = "share" in button.dataset && navigator.share;
    const words = button.dataset.shareText;
    if (sheet) void navigator.share({ url: text, title: document.title, ...(words ? { text: words } : {}) }).catch(() => undefined);
    else void copy(words && "share" in button.dataset ? `${words} ${text}` : text).then((done) => (done ? toast(say("copied")) : toast(say("copy_failed", { text }), { bad: true })));
  });
}

/** Poll how many own reports ask something or changed, and show the number in both bars. */
async function showNews(): Promise<void> {
  if (!("reports" in document.body.dataset) || !navigator.onLine || document.visibilityState !== "visible") return;
  const response = await fetch("/mine/news", { headers: { accept: "application/json" } });
  const outcome = await readAnswer(response, (body) => (typeof body.count === "number" ? body.count : null));
  if (!("done" in outcome)) return;
  for (const badge of all("[data-news-count]")) {
    badge.hidden = outcome.done === 0;
    one("[data-news-number]", badge).textContent = String(outcome.done);
  }
}

function showLatePictures(): void {
  const watch = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        (target as HTMLImageElement).src = (target as HTMLElement).dataset.late ?? "";
      }
    },
    { rootMargin: "150px" },
  );
  for (const image of all("img[data-late]")) watch.observe(image);
}

/** Nearest first, where the person let this site know where they are: nobody is asked for it here. */
async function sortByDistance(): Promise<void> {
  const list = maybe("[data-by-distance]");
  const allowed = list && (await navigator.permissions?.query({ name: "geolocation" }))?.state === "granted";
  if (!list || !allowed) return;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const apart = (card: HTMLElement) => {
      const [lon = 0, lat = 0] = (card.dataset.at ?? "").split(",").map(Number);
      return Math.hypot((lon - coords.longitude) * Math.cos((lat * Math.PI) / 180), lat - coords.latitude);
    };
    list.append(...all("[data-at]", list).sort((one, other) => apart(one) - apart(other)));
    // The browser holds on to the card that was first: now the nearest is.
    list.scrollLeft = 0;
    const title = maybe("[data-near-title]");
    if (title) title.textContent = title.dataset.nearTitle ?? "";
  });
}

function offerNewVersion(): void {
  toast(say("new_version"), { action: { label: say("reload"), act: () => location.reload() } });
}

function listenToNews(): void {
  listen((news) => {
    if (news.kind === "progress") return showPart(news.part ?? 0);
    if (news.kind === "proving") return showProving();
    void showWaiting();
    if (document.querySelector("[data-sheet]")) return;
    if (news.kind === "sent" && news.code) toast(say("sent", { code: news.code }), { action: { label: say("look"), href: `/r/${news.code}` } });
    if (news.kind !== "refused") return;
    // The report arrived and a photo of it was not taken: its own page says which.
    if (!news.code) toast(say("refused"), { bad: true, action: { label: say("mend"), href: "/mine" } });
    else if (!maybe(`[data-track="${news.code}"]`)) toast(say("refused_photo"), { bad: true, action: { label: say("look"), href: `/r/${news.code}` } });
  });
}

openDialogs();
shareAndCopy();
showLatePictures();
void sortByDistance().catch(() => undefined);
void showNews().catch(() => undefined);
setInterval(() => void showNews().catch(() => undefined), NEWS_EVERY_MS);
addEventListener("online", () => void send(true));
addEventListener("offline", () => void showWaiting());
listenToNews();
// The sheet sends by itself when its button is pressed; a page that only opens must not wait for this.
void send(true).catch(() => undefined);
// The worker fetches what it keeps once the page itself has all it needs.
if (document.readyState === "complete") void registerWorker(offerNewVersion).catch(() => undefined);
else window.addEventListener("load", () => void registerWorker(offerNewVersion).catch(() => undefined));
ready();
