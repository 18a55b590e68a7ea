// The service worker: the app opens without a network, and what waits is sent also when no page is open.
// `BUILD` stands before this file: which files and pages to keep, and the version that names their cache.
import { isOwn, OWN_HEADER } from "./lib/requests/answer";
import { flush } from "./lib/sending/outbox";
import { plainLine } from "./lib/requests/worker_line";
import { flushDay } from "./lib/sending/days";
import { flushRound } from "./lib/sending/rounds";

interface Build {
  version: string;
  assets: string[];
  pages: string[];
  later: string[];
}

const worker = self as unknown as ServiceWorkerGlobalScope & { BUILD: Build };
const { version, assets, pages, later } = worker.BUILD;
const SHELL = `shell-${version}`;
const DATA = "data-2";
/** The inspector's page with its files: kept from one version to the next, until that page itself comes anew. */
const ROUND = "round-1";
const ROUND_PAGE = "/inspect";
/** The days of clean-ups as who leads saw them last: until somebody signs out. */
const DAY = "day-1";
const DAY_PAGE = /^\/manage\/cleanups\/[A-Z0-9-]+$/;
const MOST_DAYS = 4;
/** Pages of one's own reports as they were seen last: for the code and how it stands, where there is no network. */
const OWN = "own-1";
const OWN_PAGE = /^\/r\/[A-Z0-9-]+$/;
const MOST_OWN = 30;
const OWN_PAGE_HEADER = "x-own-report";
/** Cache of what another app shared, until the report sheet has taken it. */
const SHARED = "shared-1";
const MOST_SHARED = 6;
const MOST_SHARED_BYTES = 25 * 1024 * 1024;
const MOST_SHARED_TEXT = 500;
const NETWORK_MS = 4000;
/** Answers that change seldom and are needed to report: kept, shown at once, fetched anew behind. */
const REFERENCE = /^\/api\/v1\/(wards$|categories|tiles\/wards\/)/;
/** Streets and background of what was looked at; more of them than of all else, and the first to go. */
const TILES = "tiles-1";
const MAP_TILES = /^\/api\/v1\/tiles\/(streets|basemap)\//;
const MOST: Record<string, number> = { [DATA]: 400, [TILES]: 600 };

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  if (isShared(event.request)) return event.respondWith(takeShared(event.request));
  forgetWithForm(event);
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});
worker.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepLater());
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
  if (event.data === "forget-round") event.waitUntil(caches.delete(ROUND));
  if (Array.isArray(event.data?.round)) event.waitUntil(keepPage(ROUND, ROUND_PAGE, event.data.round));
  if (Array.isArray(event.data?.day) && DAY_PAGE.test(event.data.page)) event.waitUntil(keepPage(DAY, event.data.page, event.data.day));
});
worker.addEventListener("sync", (event) => {
  const sync = event as ExtendableEvent & { tag: string };
  if (sync.tag === "outbox") sync.waitUntil(Promise.all([flush(plainLine, { eager: true }), flushRound(plainLine, { eager: true }), flushDay(plainLine, { eager: true })]));
});

worker.addEventListener("push", (event) => event.waitUntil(show(event.data)));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

interface Notice {
  title: string;
  body?: string;
  url?: string;
  tag?: string;
  lang?: string;
}

/** Every push is shown, also one that cannot be read: a browser takes the permission from who stays silent. */
async function show(data: PushMessageData | null): Promise<void> {
  let notice: Notice = { title: "Hiện Trường" };
  try {
    notice = { ...notice, ...(data?.json() as Notice) };
  } catch {
    // Not ours to read: the title alone.
  }
  await worker.registration.showNotification(notice.title, {
    body: notice.body ?? "",
    // The message's own id: one that came twice replaces itself.
    tag: notice.tag ?? "",
    lang: notice.lang ?? "vi",
    icon: "/icon-180.png",
    data: notice.url ?? "/",
  });
}

/** To the page of the notice, in a window that shows it already where there is one; never to another site. */
async function open(target: unknown): Promise<void> {
  const url = new URL(typeof target === "string" ? target : "/", location.origin);
  const goal = url.origin === location.origin ? url : new URL("/", location.origin);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((each) => new URL(each.url).pathname === goal.pathname);
  if (shown) await shown.focus();
  else await worker.clients.openWindow(goal.href);
}

async function install(): Promise<void> {
  const cache = await caches.open(SHELL);
  await Promise.all([...assets.map(own), ...pages.map(ownPage)].map(async (coming) => {
    const [url, response] = await coming;
    await cache.put(url, response);
  }));
  await worker.skipWaiting();
}

/** A built file. What has a hash in its name may come from the browser's own cache: it was fetched for the page just
 *  now. Raises where something else answers in the service's place: then the worker is installed another time.
 */
async function own(url: string): Promise<[string, Response]> {
  for (const cache of ["default", "reload"] as const) {
    const response = await fetch(url, { cache });
    if (isOwn(response)) return [url, response];
  }
  throw new Error(`not ours: ${url}`);
}

/** A page as everybody gets it where it may not be kept as this person gets it. */
async function ownPage(url: string): Promise<[string, Response]> {
  for (const credentials of ["same-origin", "omit"] as const) {
    const response = await fetch(url, { cache: "reload", credentials });
    if (mayKeep(response)) return [url, response];
  }
  throw new Error(`not ours: ${url}`);
}

/** Return whether a page may be cached on the phone: ours, and not one that ends with the session of who is signed in. */
function mayKeep(response: Response): boolean {
  return isOwn(response) && !/no-store/.test(response.headers.get("cache-control") ?? "");
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (![SHELL, DATA, TILES, ROUND, DAY, OWN, SHARED].includes(name)) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** The map and the wards around the middle of the city: not needed to begin, kept where data costs nothing. */
async function keepLater(): Promise<void> {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  if (connection?.saveData) return;
  for (const url of later) {
    const name = url.startsWith("/assets/") ? SHELL : MAP_TILES.test(url) ? TILES : DATA;
    if (await caches.match(url, { ignoreVary: true })) continue;
    try {
      const response = await fetch(url);
      if (isOwn(response)) await keep(name, new Request(url), response);
    } catch {
      return;
    }
  }
}

/** The page as it is now and the files it uses; what it used before goes, of other pages the oldest. */
async function keepPage(name: string, path: string, files: string[]): Promise<void> {
  const cache = await caches.open(name);
  const wanted = new Set(files);
  for (const url of wanted) {
    const kept = await caches.match(url, { ignoreVary: true });
    if (kept) await cache.put(url, kept);
    else await own(url).then(([, file]) => cache.put(url, file), () => undefined);
  }
  const page = await fetch(path, { headers: { accept: "text/html" } }).catch(() => null);
  // Whole before the old one goes: a network that ends on the way leaves what was kept.
  const whole = page && isOwn(page) ? await page.clone().blob().then(() => page, () => null) : null;
  if (whole) {
    await cache.delete(path);
    await cache.put(path, whole);
  }
  const keys = await cache.keys();
  const others = keys.filter((each) => DAY_PAGE.test(new URL(each.url).pathname)).slice(0, -MOST_DAYS);
  const unused = keys.filter((each) => isAsset(each) && !wanted.has(new URL(each.url).pathname));
  for (const old of [...others, ...unused]) await cache.delete(old);
}

function isAsset(request: Request): boolean {
  return new URL(request.url).pathname.startsWith("/assets/");
}

/** Photos that another app shares with this one. */
function isShared(request: Request): boolean {
  return request.method === "POST" && new URL(request.url).pathname === "/report/shared";
}

/** Keep them for the sheet, which takes and deletes them; they go nowhere before somebody sends a report. */
async function takeShared(request: Request): Promise<Response> {
  try {
    const form = await request.formData();
    const photos = form.getAll("photos").filter((each): each is File => each instanceof File && each.size > 0 && each.size <= MOST_SHARED_BYTES);
    const text = [form.get("title"), form.get("text")].filter((each): each is string => typeof each === "string" && each !== "").join(" ");
    await caches.delete(SHARED);
    const cache = await caches.open(SHARED);
    for (const [n, photo] of photos.slice(0, MOST_SHARED).entries()) {
      const headers = { "content-type": photo.type || "image/jpeg", "x-name": encodeURIComponent(photo.name) };
      await cache.put(`/report/shared/${n}`, new Response(photo, { headers }));
    }
    if (text) await cache.put("/report/shared/text", new Response(text.slice(0, MOST_SHARED_TEXT)));
    return Response.redirect("/report?shared=1", 303);
  } catch {
    return Response.redirect("/report?shared=again", 303);
  }
}

/** A report that is taken off this phone, or whose secret was changed, is not kept for reading without a network; nor are
 *  the days of clean-ups once somebody signs out.
 */
function forgetWithForm(event: FetchEvent): void {
  if (event.request.method === "POST" && new URL(event.request.url).pathname === "/logout") event.waitUntil(caches.delete(DAY));
  const form = /^\/r\/([^/]+)\/(forget|erase|secret)$/.exec(new URL(event.request.url).pathname);
  if (event.request.method === "POST" && form) event.waitUntil(caches.open(OWN).then((cache) => cache.delete(`/r/${form[1]}`)));
}

function answerTo(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return null;
  if (url.pathname.startsWith("/assets/")) return firstKept(request);
  if (REFERENCE.test(url.pathname)) return keptThenFresh(request, DATA);
  if (MAP_TILES.test(url.pathname)) return keptThenFresh(request, TILES);
  if (request.mode === "navigate") return page(request, url);
  return null;
}

async function firstKept(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (isOwn(response)) await keep(SHELL, request, response.clone());
  return response;
}

async function keptThenFresh(request: Request, name: string): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  const fresh = fetch(request).then(async (response) => {
    if (isOwn(response)) await keep(name, request, response.clone());
    return response;
  });
  if (!kept) return fresh;
  fresh.catch(() => undefined);
  return kept;
}

/** The network first, so that what is shown is true; the kept page when it is away, too slow or broken on the way. */
async function page(request: Request, url: URL): Promise<Response> {
  try {
    const response = await within(fetch(request), (await isKept(url)) ? NETWORK_MS : 0);
    if (mayKeep(response) && pages.includes(url.pathname) && !url.search) {
      await keep(SHELL, new Request(url.pathname), response.clone());
    }
    if (OWN_PAGE.test(url.pathname)) await keepOwn(url, response);
    // A proxy says that nobody is behind it. Any other page that is not ours is shown: it may ask to sign in to a Wi-Fi.
    const broken = response.status >= 500 && !response.headers.has(OWN_HEADER);
    return (broken && (await keptPage(url))) || response;
  } catch {
    return (await keptPage(url)) ?? (await caches.match("/offline", { ignoreVary: true })) ?? Response.error();
  }
}

/** One's own report is kept as it was seen; what the service no longer shows as one's own is dropped. */
async function keepOwn(url: URL, response: Response): Promise<void> {
  const cache = await caches.open(OWN);
  if (!isOwn(response) || !response.headers.has(OWN_PAGE_HEADER)) {
    if (response.headers.has(OWN_HEADER)) await cache.delete(url.pathname);
    return;
  }
  await keep(OWN, new Request(url.pathname), response.clone());
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST_OWN))) await cache.delete(old);
}

function keptPage(url: URL): Promise<Response | undefined> {
  return caches.match(url.pathname, { ignoreSearch: true, ignoreVary: true });
}

async function isKept(url: URL): Promise<boolean> {
  return (await keptPage(url)) !== undefined;
}

function within(answer: Promise<Response>, limitMs: number): Promise<Response> {
  if (!limitMs) return answer;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("slow")), limitMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A full phone is no reason to fail: then this answer is not kept. */
async function keep(name: string, request: Request, response: Response): Promise<void> {
  try {
    const cache = await caches.open(name);
    await cache.put(request, response);
    const most = MOST[name];
    if (most) await trim(cache, most);
  } catch {
    await caches.delete((await caches.has(TILES)) ? TILES : DATA);
  }
}

async function trim(cache: Cache, most: number): Promise<void> {
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(old);
}

export {};
