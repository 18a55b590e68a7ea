// The manager's page: filters that go by themselves, and the map of hot spots, drawn when it comes into view.
import "htmx.org";
import { maybe } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { readDay, writeDay, type Kind } from "../lib/page/written_days";

const period = document.querySelector<HTMLSelectElement>("#m-period");

/** Only the fields that the kind of period needs; what is written says the same of another kind. */
function fields(): void {
  const at = maybe<HTMLInputElement>("#m-at");
  const day = at ? readDay(at.value) : null;
  if (at && period) at.dataset.date = period.value;
  if (at && period && day && period.value !== "free") at.value = writeDay(day, period.value as Kind);
  const free = period?.value === "free";
  for (const each of document.querySelectorAll<HTMLElement>("[data-for]")) each.hidden = (each.dataset.for === "free") !== free;
}
period?.addEventListener("change", fields);
fields();

async function spots(element: HTMLElement): Promise<void> {
  try {
    const { drawHotSpots } = await import("../lib/maps/hotspots");
    drawHotSpots(element);
  } catch {
    element.textContent = element.dataset.failed ?? "";
  }
}

const map = document.querySelector<HTMLElement>("[data-map=manage]");
if (map) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    void spots(map);
  }, { rootMargin: "200px" });
  seen.observe(map);
}

ready();
