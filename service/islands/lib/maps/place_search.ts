// A field that finds streets, landmarks and wards, old and new, as one types; with the keyboard too.
import { partAt } from "../requests/answer";
import { all, debounce, maybe } from "../page/dom";

/** `near` tells where the person is, as `lon,lat`: of places that fit equally well the nearest come first. */
export function searchPlaces(
  input: HTMLInputElement,
  list: HTMLElement,
  chosen: (place: HTMLElement) => void,
  near: () => string = () => "",
): void {
  /** The newest wish: what was asked for before it, or before the list was closed, comes too late to be shown. */
  let newest = 0;
  const close = () => {
    newest += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const search = debounce(200, async (text: string, turn: number) => {
    if (turn !== newest) return;
    if (!text.trim()) return close();
    const places = await partAt(`/report/places?${new URLSearchParams({ q: text, near: near() })}`);
    if (turn !== newest) return;
    if (places !== null) list.innerHTML = places;
    else list.replaceChildren(Object.assign(document.createElement("p"), { className: "suggestion soft", textContent: list.dataset.failed ?? "" }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  });
  input.addEventListener("input", () => search(input.value, ++newest));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "ArrowDown") maybe("button", list)?.focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    maybe("button", list)?.click();
  });
  list.addEventListener("keydown", (event) => walk(event, list, input));
  list.addEventListener("click", (event) => {
    const found = (event.target as Element).closest<HTMLElement>("[data-lon]");
    if (!found) return close(); // the note that nothing was found covers what it speaks of
    input.value = maybe("b", found)?.textContent ?? "";
    close();
    chosen(found);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.contains(event.target as Node) && event.target !== input) close();
  });
}

function walk(event: KeyboardEvent, list: HTMLElement, input: HTMLInputElement): void {
  const buttons = all<HTMLButtonElement>("button", list);
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (buttons[at - 1] ?? input).focus();
  else if (event.key === "Escape") input.focus();
  else return;
  event.preventDefault();
}
