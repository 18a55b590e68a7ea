// A case: templates go into their field, public words are shown as the citizen will read them, the place on a map.
import "htmx.org";
import { numberKeys, waiting } from "../lib/numbers/deciding";
import { all, maybe, one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { say } from "../lib/page/words";

const WARD_ZOOM = 13;

/** Accuracy in metres up to which a search result is a place; above it, a part of the city. */
const EXACT_M = 100;

type Field = HTMLTextAreaElement | HTMLInputElement;

function write(field: Field, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function templates(): void {
  for (const select of all<HTMLSelectElement>("[data-template]")) {
    select.addEventListener("change", () => {
      const chosen = select.selectedOptions[0];
      const text = chosen?.dataset.text ?? chosen?.value ?? "";
      if (!text) return;
      const field = one<HTMLTextAreaElement>(`#${select.dataset.template}`);
      write(field, [field.value.trim(), text].filter(Boolean).join("\n"));
      field.focus();
    });
  }
}

function previews(): void {
  for (const field of all<HTMLTextAreaElement>("[data-public]")) {
    const shown = one(`#${field.dataset.public}`);
    field.addEventListener("input", () => {
      shown.hidden = field.value.trim() === "";
      one("[data-words]", shown).textContent = field.value.trim();
    });
  }
}

function calls(): void {
  for (const button of all("[data-call]")) {
    button.addEventListener("click", () => {
      const field = one<HTMLTextAreaElement>("#note-text");
      const gap = field.value && !field.value.endsWith(" ") ? " " : "";
      write(field, `${field.value}${gap}${button.dataset.call} `);
      field.focus();
    });
  }
}

function fills(): void {
  for (const choice of all<HTMLInputElement>("[data-fill]")) {
    choice.addEventListener("change", () => write(one<HTMLInputElement>(`#${choice.dataset.fill}`), choice.value));
  }
}

async function drawPlace(place: HTMLElement): Promise<void> {
  const { colour, drawMap, frameOf } = await import("../lib/maps/city_map");
  const frame = frameOf(place, WARD_ZOOM);
  const map = drawMap(place, frame);
  map.scrollZoom.disable();
  map.on("load", () => {
    map.addSource("here", { type: "geojson", data: { type: "Point", coordinates: frame.centre } });
    map.addLayer({
      id: "here",
      type: "circle",
      source: "here",
      paint: { "circle-radius": 9, "circle-color": colour("--accent"), "circle-stroke-width": 3, "circle-stroke-color": colour("--surface") },
    });
  });
}

/** Photos of the work are taken with the photo from before laid over; the field of files carries them. */
async function cameras(): Promise<void> {
  const fields = all<HTMLInputElement>("input[data-before]");
  if (!fields.length || !maybe("template[data-camera]")) return;
  const { Camera } = await import("./inspect/camera");
  for (const field of fields) {
    const place = document.createElement("div");
    field.after(place);
    const camera = new Camera(place, () => {
      const files = new DataTransfer();
      for (const shot of camera.shots) files.items.add(new File([shot.bytes], `${shot.id}.jpg`, { type: shot.type }));
      field.files = files.files;
    });
    camera.before(field.dataset.before || null);
    field.hidden = true;
    field.required = false;
    field.form?.addEventListener("submit", () => camera.stop());
    field.closest("details")?.addEventListener("toggle", () => camera.stop());
  }
}

/** The pin of the place, its point as text in a field: latitude first, as maps tell it. */
async function pin(form: HTMLElement): Promise<void> {
  const point = one<HTMLInputElement>('input[name="point"]', form);
  const place = one("#place-map", form);
  const { pinMap } = await import("../lib/maps/pin_map");
  const { searchPlaces } = await import("../lib/maps/place_search");
  const [lat, lon] = point.value.split(",").map(Number);
  const start: [number, number] | null = lat && lon ? [lon, lat] : null;
  const map = pinMap(place, form, start, (east, north) => {
    point.value = `${north.toFixed(6)}, ${east.toFixed(6)}`;
  });
  searchPlaces(one<HTMLInputElement>("[data-place-search]", form), one("[data-places]", form), (found) => {
    const { kind = "", street = "" } = found.dataset;
    const [east, north, reach] = [Number(found.dataset.lon), Number(found.dataset.lat), Number(found.dataset.radius)];
    if (street || kind === "landmark") one<HTMLInputElement>("#place-address").value = street || (maybe("b", found)?.textContent ?? "");
    if (kind === "landmark" || (kind === "address" && reach <= EXACT_M)) map.put(east, north);
    else map.show(east, north, reach);
  });
}

/** A form is sent once, however often its button is pressed. */
function once(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
    (event.submitter as HTMLElement | null)?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
  });
}

templates();
previews();
calls();
fills();
once();
const numbers = maybe("[data-numbers]");
if (numbers) {
  numberKeys(numbers);
  // So that one key is enough; a page that says why something was refused is read first.
  if (!maybe(".case [role=alert]")) waiting(numbers)[0]?.focus({ preventScroll: true });
}
void cameras();
const [whole, pending] = [maybe(".case[data-account]"), maybe("[data-pending-step]")];
if (whole && pending) {
  const { KeptSteps } = await import("../lib/photos/kept_steps");
  new KeptSteps(whole, pending);
}
const placeForm = maybe("[data-place-form]");
if (placeForm) void pin(placeForm).catch(() => (one("#place-map").textContent = say("map_failed")));
const place = maybe("#case-map");
if (place) void drawPlace(place).catch(() => place.remove());
const failed = maybe("details.fold[open] [role=alert], details.case-write[open] [role=alert]");
failed?.scrollIntoView({ block: "center" });
ready();
