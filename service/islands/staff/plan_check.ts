// Plans out of documents: what Word puts on the clipboard as a table is pasted as one; unclear cells by ↓ and Enter.
import { all, maybe, one } from "../lib/page/dom";
import { takeTables } from "../lib/page/pasted";
import { ready } from "../lib/page/ready";

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
  const byName = new Map<string, HTMLElement>();
  for (const each of all<HTMLInputElement | HTMLSelectElement>("[data-ask]", form)) {
    const chosen = each instanceof HTMLInputElement && each.type === "radio" && each.checked;
    if (chosen || !byName.has(each.name)) byName.set(each.name, each);
  }
  return [...byName.values()];
}

/**
 * Whether an arrow leads out of a control: always out of a line of text, out of a list or a group of choices at its
 * end, so that the arrow goes through the choices and on to the next question, never round.
 */
export function leaves(here: HTMLInputElement | HTMLSelectElement, down: boolean, form: HTMLFormElement): boolean {
  if (here instanceof HTMLSelectElement) return here.selectedIndex === (down ? here.options.length - 1 : 0);
  if (here.type !== "radio") return true;
  const group = all<HTMLInputElement>("input[type=radio]", form).filter((each) => each.name === here.name);
  return group.at(down ? -1 : 0) === here;
}

const STEPS: Record<string, number | undefined> = { ArrowDown: 1, ArrowUp: -1 };

/** ↓ and ↑ go from question to question, with Ctrl at once; Enter takes what is there and goes on. */
function byKeyboard(form: HTMLFormElement): void {
  form.addEventListener("keydown", (event) => {
    const here = event.target as HTMLInputElement;
    if (!here.matches("[data-ask]") || event.isComposing) return;
    const inOrder = questions(form);
    const at = inOrder.findIndex((each) => (each as HTMLInputElement).name === here.name);
    const radio = here.type === "radio";
    const step = STEPS[event.key];
    if (step && !event.altKey && !event.shiftKey) {
      const next = inOrder[at + step] ?? (step > 0 ? last() : undefined);
      if (next && (event.ctrlKey || leaves(here, step > 0, form))) go(event, next);
    } else if (event.key === "Enter") {
      if (radio) here.checked = true;
      go(event, inOrder[at + 1] ?? last());
    }
  });
}

/** The button beneath the questions. */
function last(): HTMLElement | null | undefined {
  return maybe<HTMLElement>("#next .button-main", document);
}

function go(event: KeyboardEvent, next: HTMLElement | null | undefined): void {
  event.preventDefault();
  next?.focus();
}

const pasted = maybe<HTMLTextAreaElement>("[data-paste]", document);
if (pasted) takeTables(pasted, one<HTMLInputElement>("[data-pasted]"));
const dropped = maybe<HTMLInputElement>("[data-drop]", document);
if (dropped) takeFiles(dropped);
const form = maybe<HTMLFormElement>("[data-plan-check]", document);
if (form) {
  byKeyboard(form);
  if (!location.hash) questions(form)[0]?.focus();
}
ready();
