// The queue: filters change it in place, it renews itself without losing what is ticked, the bar counts.
import "htmx.org";
import { partAt } from "../lib/requests/answer";
import { all, debounce, maybe, one } from "../lib/page/dom";
import { onKeys } from "../lib/page/keys";
import { ready } from "../lib/page/ready";
import { Stream } from "../lib/page/stream";
import { say } from "../lib/page/words";

const LOOK_EVERY_MS = 20_000;
const SETTLE_MS = 1500;

const ticked = new Map<string, string>();

function boxes(): HTMLInputElement[] {
  return all<HTMLInputElement>('input[name="case"]');
}

function codeOf(box: HTMLInputElement): string {
  return box.value.split(":")[0] ?? "";
}

function showChosen(): void {
  const bar = maybe(".queue-bar");
  if (!bar) return;
  const count = boxes().filter((box) => box.checked).length;
  bar.toggleAttribute("data-empty", count === 0);
  one("[data-chosen]", bar).textContent = say(count === 1 ? "chosen_one" : "chosen_many", { n: count });
}

/** Keep ticks over a redraw, with the version seen at that time, so that a change in between is noticed. */
function keep(): void {
  for (const box of boxes()) {
    const seen = ticked.get(codeOf(box));
    if (!seen) continue;
    box.value = seen;
    box.checked = true;
  }
  showChosen();
}

async function renew(): Promise<void> {
  if (document.visibilityState !== "visible" || !navigator.onLine) return;
  const list = maybe("#queue");
  // A further page was fetched, or somebody is in the middle of the list by keyboard: leave it be.
  if (!list || list.querySelector("[id$='-more']") || list.contains(document.activeElement)) return;
  const query = new URLSearchParams(location.search);
  query.delete("cursor");
  const text = await partAt(`/queue?${query}`);
  if (text === null || maybe("#queue")?.contains(document.activeElement)) return;
  list.outerHTML = text;
  keep();
}

function listen(): void {
  const soon = debounce(SETTLE_MS, () => void renew());
  new Stream("/api/v1/feed/stream", { heard: soon, missed: () => void renew() });
  setInterval(() => void renew(), LOOK_EVERY_MS);
}

/** Reports, and works of plans between them. */
const ROW = ".queue-row, .queue-works .manage-row";

function rows(): HTMLElement[] {
  return all(ROW);
}

/** The row in which the focus is; the keys go on from there. */
function rowHere(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(ROW) ?? null;
}

function step(by: number): void {
  const found = rows();
  const here = rowHere();
  const next = here ? found[found.indexOf(here) + by] : found[by > 0 ? 0 : found.length - 1];
  if (!next) return;
  one("a[href]", next).focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Tick all reports that are shown; where all are ticked, none. */
function tickAll(): void {
  const every = boxes().every((box) => box.checked);
  for (const box of boxes()) if (box.checked === every) box.click();
}

/** The bar stands after the last row: nobody goes there by Tab. */
function toBar(): void {
  maybe<HTMLElement>(".queue-bar:not([data-empty]) button")?.focus();
}

document.documentElement.dataset.scripted = "";
// Enter on the row's link is the browser's own.
onKeys({
  j: () => step(1),
  k: () => step(-1),
  x: () => maybe<HTMLInputElement>('input[name="case"]', rowHere() ?? document.createElement("p"))?.click(),
  X: tickAll,
  b: toBar,
  "?": () => one<HTMLDialogElement>("#queue-help").showModal(),
});
document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.name !== "case") return;
  if (box.checked) ticked.set(codeOf(box), box.value);
  else ticked.delete(codeOf(box));
  showChosen();
});
document.addEventListener("htmx:after:swap", keep);
document.addEventListener("htmx:afterSwap", keep);
showChosen();
if (location.pathname === "/queue") listen();
ready();
