// The desk's keys: which button or dialog each presses; what none of them may do while a case is on its way.
import { maybe, one } from "../page/dom";
import type { Keys } from "../page/keys";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { takeBack } from "./held";
import type { Queue } from "./queue";

/** Interface that the keyboard shortcuts need of the desk. */
interface KeyedDesk {
  readonly page: HTMLElement;
  readonly queue: Queue;
  /** Nothing is done to a case that is not on the screen yet. */
  readonly busy: boolean;
  go(step: number): Promise<void>;
  enter(): Promise<void>;
  show(what: "queue" | "case"): void;
}

export function deskKeys(desk: KeyedDesk): Keys {
  const press = (button: string, dialog: string) => pressOn(desk, button, dialog);
  return {
    j: () => void desk.go(1),
    k: () => void desk.go(-1),
    Enter: () => void desk.enter(),
    a: () => press("[data-key-a] button", "#desk-assign"),
    A: () => press("", "#desk-assign"),
    t: () => takeSuggestion(desk),
    d: () => press("", "#desk-merge"),
    r: () => press("", "#desk-reject"),
    s: () => press("", "#desk-split"),
    u: () => press("", "#desk-unmerge"),
    e: () => press('[data-tip="settle"] button, [data-key="e"]', ""),
    c: () => press('[data-key="c"]', ""),
    x: () => desk.queue.tick(),
    X: () => desk.queue.ticks.all(),
    n: () => location.assign("/desk/new"),
    "/": () => one<HTMLInputElement>("#desk-q").focus(),
    z: () => takeBack(),
    m: () => press('[data-key="m"]', ""),
    h: () => press('[data-key="h"]', ""),
    b: () => toBulk(desk),
    "?": () => one<HTMLDialogElement>("#desk-help").showModal(),
    Escape: () => desk.show("queue"),
  };
}

/** Ctrl Enter sends the dialog that is open, as its own button would. */
export function sendDialog(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const button = maybe<HTMLButtonElement>("dialog[open] .dialog-foot button:not([type=button])");
  if (!button) return;
  event.preventDefault();
  button.click();
}

function takeSuggestion(desk: KeyedDesk): void {
  if (desk.busy) return;
  const suggested = maybe("[data-tip] [data-take]", desk.page);
  if (suggested instanceof HTMLFormElement) suggested.requestSubmit(maybe("button", suggested));
  else if (suggested) suggested.click();
  else toast(say("desk_no_suggestion"));
}

/** The button where there is one, else the dialog. */
function pressOn(desk: KeyedDesk, button: string, dialog: string): void {
  if (desk.busy) return;
  const found = button && maybe<HTMLElement>(button, desk.page);
  if (found) return found.click();
  const shown = dialog && maybe<HTMLDialogElement>(dialog);
  if (shown) shown.showModal();
  else toast(say("desk_not_allowed"));
}

function toBulk(desk: KeyedDesk): void {
  const bar = maybe("[data-bulk]", desk.page);
  if (bar && !bar.hidden) maybe("button", bar)?.focus();
  else toast(say("desk_none_ticked"));
}
