// Numbers on advertisements: one key on the number that is chosen confirms, corrects or refuses it.
import { all, maybe, one } from "../page/dom";
import { TYPING } from "../page/keys";

type Act = "confirmed" | "refused" | "correct";

const ACTS: Record<string, Act> = { Enter: "confirmed", e: "correct", E: "correct", x: "refused", X: "refused" };

/** Return the act of a key on a number, null for none: not while typing, on a button or with a modifier. */
export function actOf(event: KeyboardEvent): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return null;
  const at = event.target as Element;
  if (at.closest(TYPING) || (event.key === "Enter" && at.closest("button, a, summary"))) return null;
  return ACTS[event.key] ?? null;
}

export function waiting(within: ParentNode): HTMLElement[] {
  return all("[data-number]:not([aria-busy])", within);
}

/** The number that is looked at after this one: the next that waits, else the one before. */
export function after(tile: HTMLElement, within: ParentNode): HTMLElement | null {
  const left = waiting(within);
  const index = left.indexOf(tile);
  return left[index + 1] ?? left[index - 1] ?? null;
}

function correct(tile: HTMLElement): void {
  one<HTMLDetailsElement>("details", tile).open = true;
  const field = one<HTMLInputElement>('input[name="number"]', tile);
  field.focus();
  field.select();
}

/** Takes the keys of the numbers within; `chosen` is the one that has the focus, so that no key acts unseen. */
export function numberKeys(within: HTMLElement): void {
  within.addEventListener("keydown", (event) => {
    const tile = (event.target as Element).closest<HTMLElement>("[data-number]:not([aria-busy])");
    const act = tile && actOf(event);
    if (!tile || !act) return;
    event.preventDefault();
    if (act === "correct") correct(tile);
    else maybe<HTMLButtonElement>(`button[value="${act}"]`, tile)?.click();
  });
}
