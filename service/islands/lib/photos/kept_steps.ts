// Steps of a case that are kept on the phone, with their photos, until they have arrived: once, however often they are tried,
// for the service knows the very same step and the very same photo again. They lie where whatever else waits lies, and
// go by whichever page is open or by the service worker; with the token of who made them, so never in another's name.
import { all, maybe, one } from "../page/dom";
import { say } from "../page/words";
import { newId } from "../requests/ids";
import { listen } from "../requests/news";
import { line } from "../requests/page_line";
import { askForSync } from "../requests/sync";
import { flush } from "../sending/outbox";
import { askToPersist, forgetWaiting, photosOf, store, waitingReports, words, type KeptPhoto, type Waiting } from "../storage/store";
import { preview } from "./preview";

export class KeptSteps {
  private readonly code: string;
  private readonly account: string;
  private busy = false;
  private shown = "";
  /** Steps of this page; one that another page sends takes nobody away from here. */
  private readonly own = new Set<string>();

  constructor(
    page: HTMLElement,
    private readonly box: HTMLElement,
  ) {
    this.code = page.dataset.case ?? "";
    this.account = page.dataset.account ?? "";
    for (const form of all<HTMLFormElement>("form[data-kept-step]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.take(form).catch(() => form.submit()); // a browser that keeps nothing sends as it always did
      });
    }
    one("[data-pending-send]", box).addEventListener("click", () => void this.again());
    one("[data-pending-drop]", box).addEventListener("click", () => void this.drop());
    listen((news) => {
      if (news.code !== this.code) return;
      if (news.page?.startsWith("/") && this.own.has(news.id)) location.assign(news.page);
      else if (!this.busy) void this.look();
    });
    void this.look();
  }

  /** Keep the step, then send it; what was refused is sent as any form, so that its page says why and what changed. */
  private async take(form: HTMLFormElement): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const waiting = await this.keep(form);
      this.own.add(waiting.id);
      void askToPersist().catch(() => undefined);
      void askForSync().catch(() => undefined);
      await flush(line, { eager: true, wait: true });
      const left = await store().get("outbox", waiting.id);
      if (!left) return this.goOn(String(waiting.addition?.fields.step ?? ""));
      if (left.state === "refused") {
        await forgetWaiting(waiting.id);
        return form.submit();
      }
    } finally {
      this.busy = false;
      for (const button of all("[aria-busy]", form)) button.removeAttribute("aria-busy");
      delete form.dataset.sent;
    }
    await this.look();
  }

  private async keep(form: HTMLFormElement): Promise<Waiting> {
    const id = newId();
    const fields: Record<string, string | string[]> = {};
    const files: File[] = [];
    const typed = new FormData(form);
    for (const name of new Set(typed.keys())) {
      const values = typed.getAll(name);
      files.push(...values.filter((each): each is File => each instanceof File && each.size > 0));
      const texts = values.filter((each): each is string => typeof each === "string");
      if (texts.length) fields[name] = texts.length === 1 ? (texts[0] ?? "") : texts;
    }
    const { csrf_token: token = "", ...rest } = fields;
    for (const [order, file] of files.entries()) {
      const photo: KeptPhoto = { id: newId(), report: id, order, type: file.type, bytes: await file.arrayBuffer(), state: "waiting" };
      await store().put("photos", photo);
    }
    const kind = one("button:not([type=button])", form).textContent?.trim() ?? "";
    const body = { id, category: "", description: "", location: { lon: 0, lat: 0 }, address: "", attributes: {}, anonymous: false };
    const addition = { action: new URL(form.action).pathname, token: String(token), fields: rest, file: "photos", account: this.account };
    const waiting: Waiting = { id, body, kind, state: "sent", code: this.code, addition, createdAt: Date.now(), tries: 0, nextAt: 0 };
    await store().put("outbox", waiting);
    return waiting;
  }

  /** The answer said where to go on, and the news of it brings there; should it be lost, the case is the place. */
  private goOn(step: string): void {
    setTimeout(() => location.assign(`/case/${this.code}?done=${step}`), 2000);
  }

  private async pending(): Promise<Waiting | undefined> {
    return (await waitingReports()).find((each) => each.code === this.code && each.addition?.account === this.account);
  }

  private async look(): Promise<void> {
    const waiting = await this.pending();
    const actions = maybe("#do");
    if (actions) actions.hidden = waiting?.state === "sent";
    this.box.hidden = !waiting;
    if (!waiting) {
      if (this.shown) this.goOn(this.shown);
      return;
    }
    this.own.add(waiting.id);
    this.shown = String(waiting.addition?.fields.step ?? "");
    const refused = waiting.state === "refused";
    const since = new Date(waiting.createdAt).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    one("[data-pending-what]", this.box).textContent = say(refused ? "step_refused" : "step_waits", { step: waiting.kind, time: since });
    const why = one("[data-pending-why]", this.box);
    why.hidden = !refused;
    why.textContent = (waiting.problem && words(waiting.problem)) || say("failed");
    const tiles = (await photosOf(waiting.id)).map((photo) => tile(photo));
    one("[data-pending-photos]", this.box).replaceChildren(...tiles);
  }

  /** Once more, with this page's token and version: who looked at the case as it is now decides anew. */
  private async again(): Promise<void> {
    const waiting = await this.pending();
    if (!waiting?.addition) return;
    const token = maybe<HTMLInputElement>('input[name="csrf_token"]')?.value ?? waiting.addition.token;
    const seen = maybe<HTMLInputElement>('form[data-kept-step] input[name="version"]')?.value;
    const fields = waiting.state === "refused" && seen ? { ...waiting.addition.fields, version: seen } : waiting.addition.fields;
    const { problem: _, ...kept } = waiting;
    await store().put("outbox", { ...kept, state: "sent", tries: 0, nextAt: 0, addition: { ...waiting.addition, token, fields } });
    await flush(line, { eager: true, wait: true });
    await this.look();
  }

  private async drop(): Promise<void> {
    const waiting = await this.pending();
    if (waiting) await forgetWaiting(waiting.id);
    this.shown = "";
    await this.look();
  }
}

function tile(photo: KeptPhoto): HTMLElement {
  const made = document.createElement("li");
  made.className = "photo";
  const image = document.createElement("img");
  image.alt = say("step_photo");
  made.append(image);
  preview(image, URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })), photo.type);
  return made;
}
