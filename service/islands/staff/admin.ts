// Administration: filters in place, long lists of boxes that can be searched, and the map of who leads where.
import "htmx.org";
import { all, fold, maybe, one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { say } from "../lib/page/words";

const LONG = 12;

/** A field above a long list of boxes that hides those whose words do not hold what is typed. */
function searchable(box: HTMLElement): void {
  const rows = all<HTMLElement>(".check", box);
  if (rows.length < LONG) return;
  const field = document.createElement("input");
  field.type = "search";
  field.className = "input";
  field.placeholder = say("find_in_list");
  field.setAttribute("aria-label", `${say("find_in_list")}: ${box.getAttribute("aria-label") ?? ""}`);
  field.addEventListener("input", () => {
    const wanted = fold(field.value);
    for (const row of rows) row.hidden = !fold(row.textContent ?? "").includes(wanted);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  box.before(field);
}

/** Ask for confirmation before what cannot be undone at once. */
function careful(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.sure ?? "")) event.preventDefault();
  });
}

/** Choosing single areas means that it is not everywhere, and the other way round. */
function everywhere(box: HTMLInputElement): void {
  const areas = all<HTMLInputElement>('input[name="areas"]', box.form ?? document);
  for (const area of areas) area.addEventListener("change", () => (box.checked = !areas.some((each) => each.checked)));
}

for (const box of all<HTMLElement>(".scroll-box")) searchable(box);
for (const form of all<HTMLFormElement>("form[data-sure]")) careful(form);
for (const box of all<HTMLInputElement>('input[name="everywhere"]')) everywhere(box);
for (const form of all<HTMLFormElement>("form[data-auto]")) form.addEventListener("change", () => form.requestSubmit());
maybe("#refused, [data-focus]")?.scrollIntoView({ block: "start" });
maybe<HTMLElement>("[data-focus]")?.focus({ preventScroll: true });

const frame = maybe<HTMLElement>("[data-who], [data-areas]");
if (frame) {
  const place = one<HTMLElement>(".map", frame);
  try {
    const { drawWho, drawAreas } = await import("../lib/maps/admin_maps");
    await ("who" in frame.dataset ? drawWho(frame, place) : drawAreas(frame, place));
  } catch {
    place.textContent = say("map_failed");
  }
}
ready();
