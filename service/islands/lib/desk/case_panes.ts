// The panes of the desk's open case: drawn from the server's parts, never over a dialog that somebody writes in.
import { all, maybe, one } from "../page/dom";
import { say } from "../page/words";

export class CasePanes {
  constructor(private readonly page: HTMLElement) {}

  /** The open case, as the server drew it; its version and last event are in its data. */
  get file(): HTMLElement | null {
    return maybe("[data-file]", this.page);
  }

  get openCode(): string | undefined {
    return this.file?.dataset.file;
  }

  get case(): HTMLElement {
    return this.named("case");
  }

  /** The dialog in which a step on this case is being written. */
  get dialog(): HTMLDialogElement | null {
    return maybe<HTMLDialogElement>("dialog[open]", this.case);
  }

  /** Put each part of an answer into the pane it names. */
  draw(text: string): void {
    const box = document.createElement("div");
    box.innerHTML = text;
    for (const part of all("[data-part]", box)) {
      const pane = this.named(part.dataset.part ?? "");
      pane.replaceChildren(...part.childNodes);
      pane.scrollTop = 0;
    }
  }

  /** Somebody changed the case under an open dialog: what is being written stays, sending it is checked anew. */
  warn(dialog: HTMLDialogElement): void {
    if (maybe("[data-changed]", dialog)) return;
    const warning = document.createElement("p");
    warning.className = "notice tone-amber";
    warning.dataset.changed = "";
    warning.setAttribute("role", "status");
    warning.textContent = say("desk_changed");
    dialog.querySelector("form[data-step]")?.prepend(warning);
  }

  /** Open the dialog again whose step was refused, unless the refusal is shown elsewhere. */
  showRefused(): void {
    const refused = this.file?.dataset.refusedAct;
    const dialog = refused && maybe<HTMLDialogElement>(`#desk-${refused}`);
    if (!dialog) return;
    const within = this.case.querySelector("[role=alert]")?.closest("dialog");
    if (within || !maybe(`[data-refused="${refused}"]`, this.page)) dialog.showModal();
  }

  private named(name: string): HTMLElement {
    return one(`[data-pane="${name}"]`, this.page);
  }
}
