// The report sheet: four short steps, one shown at a time; the phone's back button goes one step back.
import { all, fromTemplate, maybe, one, slot } from "../lib/page/dom";
import { listen, type News } from "../lib/requests/news";
import { flush, nextTry } from "../lib/sending/outbox";
import { ready } from "../lib/page/ready";
import { askToPersist, forgetWaiting, photosOf, store, words, type Waiting } from "../lib/storage/store";
import { askForSync } from "../lib/requests/sync";
import { show as showOnTile } from "../lib/photos/tiles";
import { line } from "../lib/requests/page_line";
import { say } from "../lib/page/words";
import { Contact } from "./report/contact";
import { isWithin } from "./report/geometry";
import { Kinds } from "./report/kinds";
import { Photos } from "./report/photos";
import { Quick } from "./report/quick";
import { Review } from "./report/review";
import { takeShared } from "./report/shared";
import { SimilarReports } from "./report/similar";
import { isPlaced, State } from "./report/state";
import { WardAlone } from "./report/ward_alone";
import { Where } from "./report/where";

type Step = "photo" | "what" | "detail" | "where" | "similar" | "send";

const BAR: Record<Step, number> = { photo: 1, what: 2, detail: 2, where: 3, similar: 3, send: 4 };
const BEFORE: Partial<Record<Step, Step>> = { what: "photo", detail: "what", where: "detail", similar: "where", send: "where" };

/** While another page sends, this one waits its turn; after that the report is sent from "my reports". */
const TURNS = 20;
const TURN_MS = 400;
/** A button that sends and comes up where a thumb is on its way to another one takes no tap yet. */
const SETTLE_MS = 500;
/** Which step a wrong value is mended at. */
const MENDED_AT: Partial<Record<Step, string[]>> = {
  detail: ["category", "attributes", "description", "occurred_at"],
  where: ["location", "ward", "address"],
  send: ["contact"],
};

class Sheet {
  private step: Step = "photo";
  private sending = false;
  private listening = false;
  private leaving = false;
  private again?: ReturnType<typeof setTimeout>;
  private readonly photos: Photos;
  private readonly kinds: Kinds;
  private readonly where: Where;
  private readonly ward: WardAlone;
  private readonly similar: SimilarReports;
  private readonly contact: Contact;
  private readonly review: Review;
  private readonly quick: Quick;
  private readonly quickSend: HTMLButtonElement;
  private quickUp = 0;
  private readonly next: HTMLButtonElement;

  constructor(
    private readonly form: HTMLElement,
    private readonly state: State,
  ) {
    this.photos = new Photos(form, state, () => this.arrange(), () => void this.quick.look());
    this.kinds = new Kinds(form, state, () => this.show("detail"), () => this.arrange());
    this.ward = new WardAlone(form, state, () => this.placeTold());
    this.where = new Where(form, state, this.ward, () => this.arrange());
    this.similar = new SimilarReports(form, (code) => void this.send(code));
    this.quick = new Quick(form, state, this.kinds, () => this.arrange());
    this.next = one<HTMLButtonElement>("[data-next]", form);
    this.quickSend = one<HTMLButtonElement>("[data-quick-send]", form);
    this.quickSend.addEventListener("click", () => void this.sendQuickly());
    this.next.addEventListener("click", () => void this.forward());
    one("[data-back]", form).addEventListener("click", () => this.back());
    for (const button of all("[data-go]", form)) button.addEventListener("click", () => this.show(button.dataset.go as Step));
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("popstate", (event) => this.display((event.state?.step as Step) ?? "photo"));
    history.replaceState({ step: "photo" }, "");
    this.contact = new Contact(form, state);
    this.review = new Review(form, state, this.kinds, this.photos, this.ward, () => this.where.wardName);
    this.guard();
    this.offerAnew();
    this.tellProblem();
    this.takePlace(form.dataset.place ?? "");
    const category = form.dataset.category;
    if (category && this.kinds.rootOf(state.draft.category) !== category) this.kinds.choose(category);
    this.arrange();
    void this.quick.look();
    void this.takeShared().catch(() => undefined);
  }

  /** Add what another app shared to the draft. */
  private async takeShared(): Promise<void> {
    const { files, text } = await takeShared();
    const words = one<HTMLTextAreaElement>("[data-description]", this.form);
    if (text && !words.value) {
      words.value = text;
      words.dispatchEvent(new Event("input"));
    }
    if (files.length) await this.photos.give(files);
  }

  /** Send the proposal as it is, unless somebody reported it before. */
  private async sendQuickly(): Promise<void> {
    if (this.sending || this.photos.pending || !this.quick.ready) return;
    this.quick.take();
    this.busy(true);
    const some = await this.similar.look(this.state.draft, this.kinds.name());
    this.busy(false);
    return some ? this.show("similar") : this.send();
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
    return this.contact.passes() ? this.send() : undefined;
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
    if (this.step === "where" && step !== "where") this.where.leave();
    this.step = step;
    for (const section of all("[data-step]", this.form)) section.hidden = section.dataset.step !== step;
    if (step === "where") void this.where.open();
    if (step === "photo") void this.quick.look();
    if (step === "what") void this.kinds.lookAround();
    if (step === "send") this.review.show();
    this.arrange();
    scrollTo(0, 0);
    one(`[data-step="${step}"]`, this.form).focus({ preventScroll: true });
  }

  private placeTold(): void {
    this.where.addressTyped();
    this.quick.placeTold();
    this.arrange();
  }

  private arrange(): void {
    const at = BAR[this.step];
    one("[data-progress]", this.form).textContent = say("of", { n: at });
    all(".steps li", this.form).forEach((mark, n) => mark.toggleAttribute("data-done", n < at));
    one("span", this.next).textContent = this.label();
    this.next.disabled = !this.canGoOn();
    const quick = this.step === "photo" && this.quick.ready;
    if (quick && this.quickSend.hidden) {
      this.quickUp = performance.now();
      setTimeout(() => this.arrange(), SETTLE_MS);
    }
    this.quickSend.hidden = !quick;
    this.quickSend.disabled = this.sending || this.photos.pending || performance.now() - this.quickUp < SETTLE_MS - 50;
    this.next.classList.toggle("button-main", !quick);
    this.next.hidden = this.step === "what" && !this.state.draft.category;
    one(".sheet-foot", this.form).hidden = this.next.hidden;
  }

  private label(): string {
    const labels = this.next.dataset;
    if (this.step === "photo" && this.quick.ready) return labels.labelMore ?? "";
    if (this.step === "photo") return (this.state.photos.length ? labels.labelPhoto : labels.labelSkip) ?? "";
    if (this.step === "where") return labels.labelWhere ?? "";
    if (this.step === "similar") return labels.labelSimilar ?? "";
    if (this.step === "send") return labels.labelSend ?? "";
    return labels.labelNext ?? "";
  }

  private canGoOn(): boolean {
    if (this.sending || this.photos.pending) return false;
    if (this.step === "where") return this.where.ready;
    if (this.step === "send") return this.state.draft.category !== "" && isPlaced(this.state.draft);
    return true;
  }

  /** The place of the page one comes from, such as a closed report's: unless another was chosen already. */
  private takePlace(given: string): void {
    const [lon = Number.NaN, lat = Number.NaN] = given.split(",").map(Number);
    const { draft } = this.state;
    if (!given || !Number.isFinite(lon) || !Number.isFinite(lat) || isPlaced(draft)) return;
    draft.place = { lon, lat };
    draft.placed = true;
    this.state.changed();
  }

  /** A report that came back opens where it has to be mended, with the reason. */
  private tellProblem(): void {
    const { problem } = this.state.draft;
    if (!problem) return;
    this.showProblem(words(problem) || say("refused"), "[data-problem-box]");
    const wrong = problem.errors.flatMap((each) => each.loc.map(String));
    const step = (Object.keys(MENDED_AT) as Step[]).find((each) => MENDED_AT[each]?.some((name) => wrong.includes(name)));
    if (step) this.show(step);
  }

  private showProblem(text: string, template: string): void {
    const box = one("[data-problem]", this.form);
    box.replaceChildren(fromTemplate(template, this.form));
    slot("text", box).textContent = text;
    box.hidden = false;
  }

  /** Warn before leaving where the browser stores nothing and typed words would be lost. */
  private guard(): void {
    addEventListener("beforeunload", (event) => {
      if (store().volatile && this.state.begun && !this.leaving) event.preventDefault();
    });
  }

  /** Restore an unfinished draft, with a button that discards it. */
  private offerAnew(): void {
    const box = one("[data-unfinished]", this.form);
    box.hidden = !this.state.begun || Boolean(this.state.draft.problem) || this.form.dataset.draft === this.state.draft.id;
    one("[data-start-anew]", box).addEventListener("click", async () => {
      this.leaving = true;
      await this.state.startAnew();
      location.replace("/report");
    });
  }

  private async send(follow?: string): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.busy(true);
    clearTimeout(this.again);
    const report = this.waiting(follow);
    delete this.state.draft.problem;
    await this.state.keep();
    await store().put("outbox", report);
    // Where nothing stays on the phone this page is all there is: it goes on holding what was typed.
    const stays = !store().volatile;
    if (stays) await this.state.handOver();
    void askToPersist().catch(() => undefined);
    const photos = (await photosOf(report.id)).length;
    if (!this.listening) listen((news) => this.heard(report.id, photos, news));
    this.listening = true;
    const delivering = this.deliver(report, stays);
    // The page has its turn first; the worker sends what is left should the page be closed.
    void askForSync().catch(() => undefined);
    await delivering;
  }

  /** Go on to the report's page, to what waits, or back to what has to be corrected. */
  private async deliver(report: Waiting, stays: boolean): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (await flush(line, { eager: true })) break;
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
    const waits = await store().get("outbox", report.id);
    const own = (await store().getAll("sent")).filter((each) => each.id === report.id && each.sentAt >= report.createdAt);
    const sent = waits && !waits.code ? undefined : own.sort((one, other) => other.sentAt - one.sentAt)[0];
    const left = await photosOf(report.id);
    const lost = left.filter((each) => each.state === "refused").length;
    if (!stays && (!sent || left.length > lost)) return this.hold(report);
    this.leaving = true;
    if (!stays) await this.state.handOver();
    const query = `${lost ? `&lost=${lost}` : ""}${sent?.dropped?.length ? `&nocontact=${sent.dropped.join(",")}` : ""}`;
    if (sent) location.assign(`/r/${sent.code}?${report.follow ? "followed" : "new"}=1${query}&s=${encodeURIComponent(sent.secret)}`);
    else location.assign("/mine");
  }

  /** Nothing can be kept and nothing went through: the page stays, tries by itself and says so. */
  private async hold(report: Waiting): Promise<void> {
    this.sending = false;
    this.busy(false);
    const waits = await store().get("outbox", report.id);
    if (waits?.state === "refused" && !waits.code) {
      await forgetWaiting(report.id);
      for (const photo of this.state.photos) await store().put("photos", photo);
      this.state.draft.problem = waits.problem;
      return this.tellProblem();
    }
    // It may have arrived all the same: other words under its id would be another report.
    this.state.draft.before ??= report.body;
    this.showProblem(say("hold"), "[data-hold-box]");
    const due = (await nextTry()) ?? Date.now();
    this.again = setTimeout(() => void this.tryAgain(report), Math.max(1000, due - Date.now()));
  }

  /** By itself, and alone: pressed meanwhile, the button would send the same once more, and each forget the other's. */
  private async tryAgain(report: Waiting): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.busy(true);
    await this.deliver(report, false);
  }

  private heard(id: string, photos: number, news: News): void {
    if (news.kind === "proving") one("span", this.next).textContent = say("checking");
    if (news.id !== id) return;
    showOnTile(news, this.form);
    if (news.kind === "progress") return;
    void photosOf(id).then((left) => {
      if (!this.sending) return;
      const going = left.length ? say("sending_photo", { n: photos - left.length + 1, all: photos }) : say("sending");
      one("span", this.next).textContent = going;
    });
  }

  private waiting(follow?: string): Waiting {
    const body = this.state.submission();
    const { before } = this.state.draft;
    return {
      id: body.id,
      body,
      kind: this.kinds.name(),
      state: "waiting",
      createdAt: Date.now(),
      tries: 0,
      nextAt: 0,
      ...(follow ? { follow } : {}),
      ...(this.contact.dropped.length ? { dropped: this.contact.dropped } : {}),
      ...(before ? { before } : {}),
    };
  }

  private busy(on: boolean): void {
    this.next.setAttribute("aria-busy", String(on));
    if (!on) one("span", this.next).textContent = this.label();
    this.next.disabled = on || !this.canGoOn();
    this.quickSend.setAttribute("aria-busy", String(on));
    this.quickSend.disabled = on;
  }
}

const form = maybe("[data-sheet]");
if (form) {
  const state = new State((place) => isWithin(form.dataset.bbox ?? "", place));
  const { draft, words: said = "", toldAddress = "" } = form.dataset;
  await state.load(draft ? { id: draft, description: said, address: toldAddress } : undefined).catch(() => undefined);
  await state.goOnFrom(new URLSearchParams(location.search).get("again") ?? "").catch(() => undefined);
  new Sheet(form, state);
}
ready();
