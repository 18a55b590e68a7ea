// Plans out of documents: what Word puts on the clipboard as a table is pasted as one; unclear cells by ↓ and Enter.
import { all, maybe } from "../lib/page/dom";
import { ready } from "../lib/page/ready";

/** The plain text of a table loses its cells in some programmes: the table itself is pasted, if there is one. */
function takeTables(area: HTMLTextAreaElement): void {
  area.addEventListener("paste", (event) => {
    const page = event.clipboardData?.getData("text/html") ?? "";
    if (!/<table/i.test(page)) return;
    event.preventDefault();
    area.setRangeText(page, area.selectionStart, area.selectionEnd, "end");
  });
}

/** A file may be dropped anywhere on the page. */
function takeFiles(field: HTMLInputElement): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) field.files = event.dataTransfer.files;
  });
}

/** The questions in their order: one control each, of radio buttons the chosen or the first. */
export function questions(form: HTMLFormElement): HTMLElement[] {
  const seen = new Set<string>();
  return all<HTMLInputElement | HTMLSelectElement>("[data-ask]", form).filter((each) => {
    if (seen.has(each.name)) return false;
    seen.add(each.name);
    return true;
  });
}

/** ↓ and ↑ with Ctrl or on buttons go from question to question; Enter takes what is there and goes on. */
function byKeyboard(form: HTMLFormElement): void {
  form.addEventListener("keydown", (event) => {
    const here = event.target as HTMLInputElement;
    if (!here.matches("[data-ask]") || event.isComposing) return;
    const asked = questions(form);
    const at = asked.findIndex((each) => (each as HTMLInputElement).name === here.name);
    const radio = here.type === "radio";
    if (event.key === "ArrowDown" && event.ctrlKey) go(event, asked[at + 1]);
    else if (event.key === "ArrowUp" && event.ctrlKey) go(event, asked[at - 1]);
    else if (event.key === "Enter") {
      if (radio) here.checked = true;
      go(event, asked[at + 1] ?? maybe<HTMLElement>("#next .button-main", document));
    }
  });
}

function go(event: KeyboardEvent, next: HTMLElement | null | undefined): void {
  event.preventDefault();
  next?.focus();
}

const pasted = maybe<HTMLTextAreaElement>("[data-paste]", document);
if (pasted) takeTables(pasted);
const dropped = maybe<HTMLInputElement>("[data-drop]", document);
if (dropped) takeFiles(dropped);
const form = maybe<HTMLFormElement>("[data-plan-check]", document);
if (form) {
  byKeyboard(form);
  if (!location.hash) questions(form)[0]?.focus();
}
ready();
