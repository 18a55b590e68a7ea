// Numbers that wait, as a grid: each decision is sent at once and the next number is chosen. One number: its places on a map.
import "htmx.org";
import { after, numberKeys, waiting } from "../lib/numbers/deciding";
import { maybe } from "../lib/page/dom";
import { ready } from "../lib/page/ready";

async function sent(form: HTMLFormElement, submitter: HTMLElement | null): Promise<boolean> {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { "hx-request": "true" } });
  return answer.status === 204;
}

/** Takes the number off the grid once it is stored. What is refused goes the way without scripts, which says why. */
async function decide(grid: HTMLElement, tile: HTMLElement, form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const next = after(tile, grid);
  tile.setAttribute("aria-busy", "true");
  next?.focus();
  if (!(await sent(form, submitter).catch(() => false))) {
    tile.removeAttribute("aria-busy");
    form.dataset.plain = "";
    form.requestSubmit(submitter);
    return;
  }
  tile.remove();
  const left = maybe("[data-left]", grid);
  if (left) left.textContent = String(Math.max(0, Number(left.textContent?.replace(/\D/g, "")) - 1));
  if (!waiting(grid).length && !maybe("[data-number]", grid)) location.reload();
}

const grid = maybe("[data-grid]");
if (grid) {
  numberKeys(grid);
  grid.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const tile = form.closest<HTMLElement>("[data-number]");
    if (!tile || form.dataset.plain !== undefined) return;
    event.preventDefault();
    void decide(grid, tile, form, event.submitter);
  });
  waiting(grid)[0]?.focus({ preventScroll: true });
}

async function places(map: HTMLElement): Promise<void> {
  try {
    const { drawSeenPlaces } = await import("../lib/maps/seen_places");
    drawSeenPlaces(map, document);
  } catch {
    map.textContent = map.dataset.failed ?? "";
  }
}

const seen = maybe("#seen-map");
if (seen) void places(seen);
ready();
