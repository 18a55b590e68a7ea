// The report sheet: four short steps, one shown at a time; the phone's back button goes one step back.
import { all, maybe, one } from "./lib/dom";
import { flush, listen, type News } from "./lib/outbox";
import { ready } from "./lib/ready";
import { askToPersist, photosOf, store, type Submission, type Waiting } from "./lib/store";
import { askForSync } from "./lib/sync";
import { show as showOnTile } from "./lib/tiles";
import { upload } from "./lib/upload";
import { say } from "./lib/words";
import { Kinds } from "./report/kinds";
import { Photos } from "./report/photos";
import { SimilarReports } from "./report/similar";
import { State } from "./report/state";
import { Where } from "./report/where";

type Step = "photo" | "what" | "detail" | "where" | "similar" | "send";

const BAR: Record<Step, number> = { photo: 1, what: 2, detail: 2, where: 3, similar: 3, send: 4 };
const BEFORE: Partial<Record<Step, Step>> = { what: "photo", detail: "what", where: "detail", similar: "where", send: "where" };

/** While another page sends, this one waits its turn; after that the report is sent from "my reports". */
const TURNS = 20;
const TURN_MS = 400;

class Sheet {
  private step: Step = "photo";
  private sending = false;
  private readonly photos: Photos;
  private readonly kinds: Kinds;
  private readonly where: Where;
  private readonly similar: SimilarReports;
  private readonly next: HTMLButtonElement;

  constructor(
    private readonly form: HTMLElement,
    private readonly state: State,
  ) {
    this.photos = new Photos(form, state, () => this.arrange());
    this.kinds = new Kinds(form, state, () => this.show("detail"), () => this.arrange());
    this.where = new Where(form, state, () => this.arrange());
    this.similar = new SimilarReports(form, (code) => void this.send(code));
    this.next = one<HTMLButtonElement>("[data-next]", form);
    this.next.addEventListener("click", () => void this.forward());
    one("[data-back]", form).addEventListener("click", () => this.back());
    for (const button of all("[data-go]", form)) button.addEventListener("click", () => this.show(button.dataset.go as Step));
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("popstate", (event) => this.display((event.state?.step as Step) ?? "photo"));
    history.replaceState({ step: "photo" }, "");
    const asked = form.dataset.category;
    if (asked && this.kinds.rootOf(state.draft.category) !== asked) this.kinds.choose(asked);
    this.arrange();
  }

  private async forward(): Promise<void> {
    const { draft } = this.state;
    if (this.step === "photo") return this.show(draft.category ? "detail" : "what");
    if (this.step === "what") return this.show("detail");
    if (this.step === "detail") return this.show("where");
    if (this.step === "where") {
      this.busy(true);
      const some = await this.similar.look(draft, this.kinds.name());
      this.busy(false);
      return this.show(some ? "similar" : "send");
    }
    if (this.step === "similar") return this.show("send");
    return this.send();
  }

  private back(): void {
    if (history.state?.step === this.step && history.state?.deep) history.back();
    else if (BEFORE[this.step]) this.show(BEFORE[this.step] as Step);
    else location.assign("/");
  }

  private show(step: Step): void {
    history.pushState({ step, deep: true }, "");
    this.display(step);
  }

  private display(step: Step): void {
    this.step = step;
    for (const section of all("[data-step]", this.form)) section.hidden = section.dataset.step !== step;
    if (step === "where") void this.where.open();
    if (step === "send") this.review();
    this.arrange();
    scrollTo(0, 0);
    one(`[data-step="${step}"]`, this.form).focus({ preventScroll: true });
  }

  private arrange(): void {
    const at = BAR[this.step];
    one("[data-progress]", this.form).textContent = say("of", { n: at });
    all(".steps li", this.form).forEach((mark, n) => mark.toggleAttribute("data-done", n < at));
    one("span", this.next).textContent = this.label();
    this.next.disabled = !this.canGoOn();
    this.next.hidden = this.step === "what" && !this.state.draft.category;
    one(".sheet-foot", this.form).hidden = this.next.hidden;
  }

  private label(): string {
    const labels = this.next.dataset;
    if (this.step === "photo") return (this.state.photos.length ? labels.labelPhoto : labels.labelSkip) ?? "";
    if (this.step === "where") return labels.labelWhere ?? "";
    if (this.step === "similar") return labels.labelSimilar ?? "";
    if (this.step === "send") return labels.labelSend ?? "";
    return labels.labelNext ?? "";
  }

  private canGoOn(): boolean {
    if (this.sending || this.photos.pending) return false;
    if (this.step === "where") return this.where.ready;
    if (this.step === "send") return Boolean(this.state.draft.category && this.state.draft.place);
    return true;
  }

  private review(): void {
    const { description, address } = this.state.draft;
    const photos = this.photos.thumbnails();
    one("[data-review-photos]", this.form).replaceChildren(...photos);
    one("[data-review-photos]", this.form).hidden = photos.length === 0;
    one("[data-review-no-photo]", this.form).hidden = photos.length > 0;
    one("[data-review-kind]", this.form).textContent = this.kinds.name();
    one("[data-review-text]", this.form).textContent = description.trim();
    one("[data-review-place]", this.form).textContent = [address.trim(), this.where.wardName].filter(Boolean).join(", ") || say("no_ward");
  }

  private async send(follow?: string): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.busy(true);
    one("[data-problem]", this.form).hidden = true;
    await this.state.keep();
    const report = this.waiting(follow);
    const database = await store();
    await database.put("outbox", report);
    await this.state.handOver();
    void askToPersist().catch(() => undefined);
    void askForSync().catch(() => undefined);
    const photos = (await photosOf(report.id)).length;
    listen((news) => this.heard(report.id, photos, news));
    await this.deliver(report.id);
  }

  /** Where it goes from here: to the report's page, to what waits, or back to what has to be mended. */
  private async deliver(id: string): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (await flush({ eager: true, upload })) break;
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
    const sent = (await (await store()).getAll("sent")).find((each) => each.id === id);
    if (sent) location.assign(`/r/${sent.code}?new=1&s=${encodeURIComponent(sent.secret)}`);
    else location.assign("/mine");
  }

  private heard(id: string, photos: number, news: News): void {
    if (news.id !== id) return;
    showOnTile(news, this.form);
    if (news.kind === "progress") return;
    void photosOf(id).then((left) => {
      const words = left.length ? say("sending_photo", { n: photos - left.length + 1, all: photos }) : say("sending");
      one("span", this.next).textContent = words;
    });
  }

  private waiting(follow?: string): Waiting {
    const contact = contactOf(this.form);
    const anonymous = maybe<HTMLInputElement>("#s-anonymous", this.form)?.checked ?? false;
    const body = this.state.submission(contact, anonymous);
    return {
      id: body.id,
      body,
      kind: this.kinds.name(),
      state: "waiting",
      createdAt: Date.now(),
      tries: 0,
      nextAt: 0,
      ...(follow ? { follow } : {}),
    };
  }

  private busy(on: boolean): void {
    this.next.setAttribute("aria-busy", String(on));
    this.next.disabled = on || !this.canGoOn();
  }
}

function contactOf(form: HTMLElement): Submission["contact"] {
  const given: Record<string, string> = {};
  for (const name of ["name", "phone", "email"]) {
    const value = maybe<HTMLInputElement>(`#s-${name}`, form)?.value.trim();
    if (value) given[name] = value;
  }
  return Object.keys(given).length ? given : undefined;
}

const form = maybe("[data-sheet]");
if (form) {
  const state = new State();
  await state.load().catch(() => undefined);
  new Sheet(form, state);
}
ready();
