// The search of the whole office: one key away on every page of staff, and a list below it while one types.
import { partAt } from "../requests/answer";
import { all, debounce, maybe } from "./dom";
import { TYPING } from "./keys";

const SETTLE_MS = 150;

/** Ctrl+K from anywhere, `/` where nobody types and the page has no box of its own for that key. */
export function findFromAnywhere(): void {
  const box = maybe<HTMLInputElement>("[data-find]");
  const list = maybe("[data-find-list]");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing || !isCall(event)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (box?.offsetParent) box.select();
    else location.href = "/find";
  });
  if (box && list) suggest(box, list);
}

function isCall(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return !event.shiftKey && event.key.toLowerCase() === "k";
  return event.key === "/" && !(event.target as Element | null)?.closest?.(TYPING);
}

/** A combobox over the list: arrows choose, Enter opens what is chosen or seeks the words, Escape closes. */
function suggest(box: HTMLInputElement, list: HTMLElement): void {
  let shownFor = "";
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  const options = (): HTMLElement[] => all('[role="option"]', list);
  const chosen = (): HTMLElement | undefined => options().find((each) => each.getAttribute("aria-selected") === "true");

  const show = (open: boolean): void => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const choose = (option?: HTMLElement): void => {
    for (const each of options()) each.setAttribute("aria-selected", String(each === option));
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const move = (by: number): void => {
    const found = options();
    const at = chosen();
    const next = at ? found.indexOf(at) + by : by > 0 ? 0 : found.length - 1;
    choose(found[next]);
  };
  const ask = debounce(SETTLE_MS, async () => {
    const words = box.value.trim();
    if (words === shownFor) return;
    shownFor = words;
    const text = words.length > 1 ? await partAt(`/find/suggestions?q=${encodeURIComponent(words)}`) : "";
    if (words !== shownFor || text === null) return;
    list.innerHTML = text;
    choose();
    show(document.activeElement === box && options().length > 0);
  });

  show(false);
  box.addEventListener("input", () => ask());
  box.addEventListener("focus", () => show(options().length > 0 && box.value.trim() === shownFor));
  box.addEventListener("blur", () => show(false));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options().length) return;
      event.preventDefault();
      show(true);
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter" && !list.hidden) {
      const path = chosen()?.dataset.path;
      if (!path) return;
      event.preventDefault();
      location.href = path;
    }
  });
  // Before the box loses the focus and the list goes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const path = (event.target as Element).closest<HTMLElement>("[data-path]")?.dataset.path;
    if (path) location.href = path;
  });
}
