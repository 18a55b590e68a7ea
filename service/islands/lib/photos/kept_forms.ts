// Forms of a report's page that are kept on the phone until they have arrived: a remark, an answer, photos, a reopening.
// Each is sent to its own address with the page's cookie, by this page or by the service worker. A part of the page that is
// drawn anew finds what was chosen before: it is kept by the form's address.
import { all, maybe, one } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { newId } from "../requests/ids";
import { line } from "../requests/page_line";
import { askForSync } from "../requests/sync";
import { flush } from "../sending/outbox";
import { forgetWaiting, photosOf, store, words, type Waiting } from "../storage/store";
import { nothingChosen, PhotoField, type Chosen } from "./field";

const chosenBy = new Map<string, Chosen>();
const known = new WeakSet<HTMLElement>();

/** Take up the forms of this report's page, also those that are drawn later. */
export function keepForms(code: string, title: string): void {
  const takeUp = () => {
    for (const form of all<HTMLFormElement>("form[data-kept-form]")) if (!known.has(form)) new KeptForm(form, code, title);
  };
  takeUp();
  new MutationObserver(takeUp).observe(document.body, { childList: true, subtree: true });
}

class KeptForm {
  private readonly action: string;
  private readonly chosen: Chosen;
  private readonly field?: PhotoField;
  private sending = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly code: string,
    private readonly title: string,
  ) {
    known.add(form);
    this.action = new URL(form.action).pathname;
    this.chosen = chosenBy.get(this.action) ?? nothingChosen();
    chosenBy.set(this.action, this.chosen);
    const box = maybe("[data-photo-field]", form);
    if (box) this.field = new PhotoField(box, this.chosen);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  private async submit(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.busy(true);
    try {
      await this.chosen.busy;
      const waiting = await this.keep();
      void askForSync().catch(() => undefined);
      await flush(line, { eager: true, wait: true });
      await this.settle(waiting.id);
    } finally {
      this.sending = false;
      this.busy(false);
    }
  }

  private async keep(): Promise<Waiting> {
    const waiting = this.waiting();
    for (const photo of this.chosen.photos) await store().put("photos", { ...photo, report: waiting.id });
    await store().put("outbox", waiting);
    return waiting;
  }

  /** Arrived: on to where the service says. Refused: the reason stands at the form and all stays in it. Else it waits. */
  private async settle(id: string): Promise<void> {
    const left = await store().get("outbox", id);
    const refused = left?.state === "refused";
    if (refused && !(await this.arrived(id))) {
      await forgetWaiting(id);
      this.showProblem((left.problem && words(left.problem)) || say("failed"));
      return;
    }
    this.empty();
    if (left && !refused) return toast(say("kept_form"));
    location.assign(`/r/${this.code}?done=${(this.action.split("/").pop() ?? "").replace("photos", "photo")}#top`);
  }

  /** Return whether some of the photos arrived: then the page shows beside its picture which was refused. */
  private async arrived(id: string): Promise<boolean> {
    return this.action.endsWith("/photos") && (await photosOf(id)).length < this.chosen.photos.length;
  }

  private waiting(): Waiting {
    const fields = Object.fromEntries([...new FormData(this.form)].filter((each): each is [string, string] => typeof each[1] === "string"));
    const { csrf_token: token = "", ...typed } = fields;
    const description = typed.text ?? typed.reason ?? "";
    const id = newId();
    const body = { id, category: "", description, location: { lon: 0, lat: 0 }, address: "", attributes: {}, anonymous: false };
    const addition = { action: this.action, token, fields: typed, file: maybe("[data-photo-field]", this.form)?.dataset.name ?? "file" };
    return { id, body, kind: this.title, state: "sent", code: this.code, addition, createdAt: Date.now(), tries: 0, nextAt: 0 };
  }

  private empty(): void {
    this.form.reset();
    this.chosen.photos = [];
    this.field?.draw();
    this.showProblem("");
  }

  private showProblem(text: string): void {
    const place = maybe("[data-form-problem]", this.form) ?? this.form.appendChild(problem());
    place.textContent = text;
    place.hidden = !text;
  }

  private busy(on: boolean): void {
    const button = one<HTMLButtonElement>("button[type=submit], button:not([type])", this.form);
    button.setAttribute("aria-busy", String(on));
    button.disabled = on;
  }
}

function problem(): HTMLElement {
  const place = document.createElement("p");
  place.className = "field-error";
  place.dataset.formProblem = "";
  place.setAttribute("role", "alert");
  return place;
}
