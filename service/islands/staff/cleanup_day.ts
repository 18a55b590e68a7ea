// The day of a clean-up on the lead's phone: the page's forms are kept on the phone and sent by themselves once there is a
// network; the page itself opens without one. Without scripts the forms go to the service as they are.
import { all, fromTemplate, maybe, one, slot } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { toast } from "../lib/page/toast";
import { say } from "../lib/page/words";
import { UnsupportedPhoto, shrink } from "../lib/photos/shrink";
import { newId } from "../lib/requests/ids";
import { line } from "../lib/requests/page_line";
import { askForSync } from "../lib/requests/sync";
import { flushDay, listenToDay, nextDayTry } from "../lib/sending/days";
import { dayOrders, dayStore, enqueueDay, type DayKind, type DayOrder } from "../lib/storage/day_store";
import { askToPersist, words } from "../lib/storage/store";

const BUSY_MS = 1500;
const KEEP_AFTER_MS = [1000, 5000];
const CAME = "came-";
const UNIT = "unit-";
const NUMBERS = ["people", "bags", "kg", "trees", "drain_m"];
/** Numbers that the service asks about where they are unusual. */
const ASKED_ABOUT = ["people", "kg"];

class Day {
  private readonly code: string;
  private readonly account: string;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly root: HTMLElement) {
    this.code = root.dataset.code ?? "";
    this.account = root.dataset.account ?? "";
  }

  async begin(): Promise<void> {
    await this.signedIn();
    this.root.addEventListener("submit", (event) => void this.submit(event));
    for (const field of all<HTMLInputElement>("[data-day-photos]", this.root)) field.addEventListener("change", () => void this.photos(field));
    for (const button of all("[data-more]", this.root)) button.addEventListener("click", () => this.count(Number(button.dataset.more)));
    addEventListener("online", () => void this.send(true));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.send(true));
    listenToDay((news) => {
      if (news.code !== this.code) return;
      if (news.stored && news.kind === "result") return location.assign(`${location.pathname}?done=result#said`);
      void this.draw();
    });
    await this.fill();
    await this.draw();
    void this.send(true);
  }

  /** Store who is signed in with a new token, and retry what could not be sent without one. */
  private async signedIn(): Promise<void> {
    const csrf = one<HTMLInputElement>('input[name="csrf_token"]').value;
    const before = await dayStore().get("lead", "lead");
    // A page that was kept has an old token: the one known is newer, unless this page comes from the network.
    if (before?.account !== this.account || navigator.onLine) await dayStore().put("lead", { account: this.account, csrf }, "lead");
    if (!navigator.onLine) return;
    for (const order of await dayOrders()) {
      if (order.account === this.account && order.state === "signin") await this.again(order);
    }
  }

  /** Fill the forms with what waits to be sent, also on a page from the cache. */
  private async fill(): Promise<void> {
    for (const order of await this.mine()) {
      const form = maybe<HTMLFormElement>(`form[data-day-about="${order.about}"]`, this.root);
      for (const [name, value] of Object.entries(order.kept)) {
        const field = form?.elements.namedItem(name);
        if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === field.value;
        else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
      }
    }
  }

  private async mine(): Promise<DayOrder[]> {
    return (await dayOrders(this.code)).filter((each) => each.account === this.account);
  }

  private async submit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    const about = form.dataset.dayAbout;
    if (!about) return;
    event.preventDefault();
    const typed = new FormData(form, event.submitter);
    const kept = Object.fromEntries([...typed].filter((each): each is [string, string] => typeof each[1] === "string" && each[0] !== "csrf_token"));
    const kind = (about.split("-")[0] ?? "") as DayKind;
    await this.keep({ kind, about, body: bodyOf(kind, about, kept), kept });
    toast(say(navigator.onLine ? "day_sending" : "day_kept"));
    await this.send(true);
  }

  private async keep(given: Pick<DayOrder, "kind" | "about" | "body" | "kept"> & Partial<DayOrder>): Promise<void> {
    void askToPersist().catch(() => undefined);
    await enqueueDay({ id: newId(), account: this.account, code: this.code, state: "waiting", createdAt: Date.now(), tries: 0, nextAt: 0, ...given });
    await this.draw();
    // The page has its turn first; the worker sends what is left should the page be closed.
    void askForSync().catch(() => undefined);
  }

  private async photos(field: HTMLInputElement): Promise<void> {
    const files = [...(field.files ?? [])];
    field.value = "";
    for (const file of files) {
      try {
        const { bytes, type } = await shrink(file);
        const id = newId();
        const kind = field.dataset.dayPhotos as "before" | "after";
        await this.keep({ id, kind: "photo", about: `photo-${id}`, body: {}, kept: {}, photo: { kind, type, bytes } });
      } catch (error) {
        toast(say(error instanceof UnsupportedPhoto ? error.message : "failed"), { bad: true });
      }
    }
    await this.send(true);
  }

  /** One more or one fewer who came without having signed up. */
  private count(more: number): void {
    const field = one<HTMLInputElement>('input[name="walk_ins"]', this.root);
    field.value = String(Math.max(0, Number(field.value) + more));
    one<HTMLFormElement>('form[data-day-about="attendance"]', this.root).requestSubmit();
  }

  private async draw(): Promise<void> {
    const waiting = await this.mine();
    const place = one("[data-day-waiting]", this.root);
    place.hidden = !waiting.length;
    const cards = waiting.filter((each) => each.state !== "waiting").map((order) => this.card(order));
    const count = waiting.filter((each) => each.state === "waiting").length;
    const summary = Object.assign(document.createElement("p"), { textContent: say("day_waiting", { n: count }), hidden: !count });
    place.replaceChildren(summary, ...cards);
    one("[data-day-volatile]", this.root).hidden = !dayStore().volatile;
    for (const order of waiting) if (order.kind === "check") this.checked(order.about, String(order.body.state));
    for (const each of all("[data-day-kept]", this.root)) {
      const n = waiting.filter((order) => order.photo?.kind === each.dataset.dayKept).length;
      each.textContent = n ? say("day_photos", { n }) : "";
    }
    this.sum();
  }

  private sum(): void {
    const came = all<HTMLInputElement>(`input[name^="${CAME}"], input[name="walk_ins"]`, this.root).reduce((sum, each) => sum + (Number(each.value) || 0), 0);
    const shown = maybe("[data-day-came]", this.root);
    if (shown) shown.textContent = say("day_came", { n: came });
    const people = maybe<HTMLInputElement>("#r-people", this.root);
    if (!people) return;
    if (people.value === (people.dataset.counted ?? people.defaultValue) && came) people.value = String(came);
    if (came) people.dataset.counted = String(came);
  }

  private checked(about: string, state: string): void {
    const form = maybe(`form[data-day-about="${about}"]`, this.root);
    if (!form) return;
    one("[data-day-state]", form).textContent = say(`check_${state}`);
    for (const button of all<HTMLButtonElement>("button[name=state]", form)) button.hidden = button.value === state;
  }

  private card(order: DayOrder): HTMLElement {
    const made = fromTemplate("[data-day-card]", this.root);
    slot("head", made).textContent = say(`day_${order.kind}`);
    slot("words", made).textContent = order.state === "signin" ? say("day_signin") : order.problem ? words(order.problem) : "";
    const unusual = order.kind === "result" && order.problem?.status === 422 && order.problem.errors.some((each) => ASKED_ABOUT.includes(String(each.loc?.at(-1)))) && Number(order.body.people) > 0;
    const shown: Record<string, boolean> = { sure: unusual, again: order.state === "refused" && !unusual, drop: order.state === "refused", signin: order.state === "signin" };
    for (const button of all("[data-act]", made)) {
      const act = button.dataset.act ?? "";
      button.hidden = !shown[act];
      if (act !== "signin") button.addEventListener("click", () => void this.act(act, order));
    }
    return made;
  }

  private async act(act: string, order: DayOrder): Promise<void> {
    if (act === "drop") await dayStore().delete("orders", order.id);
    else await this.again(act === "sure" ? { ...order, body: { ...order.body, sure: true } } : order);
    await this.draw();
    await this.send(true);
  }

  private async again(order: DayOrder): Promise<void> {
    await dayStore().put("orders", { ...order, state: "waiting", tries: 0, nextAt: 0, problem: undefined });
  }

  private async send(eager: boolean): Promise<void> {
    clearTimeout(this.timer);
    const mine = !navigator.onLine || (await flushDay(line, { eager }));
    const due = mine ? await nextDayTry() : Date.now() + BUSY_MS;
    if (due !== null) this.timer = setTimeout(() => void this.send(false), Math.max(1000, due - Date.now()));
    await this.draw();
  }
}

/** The request of a form, as the service reads it. */
function bodyOf(kind: DayKind, about: string, typed: Record<string, string>): Record<string, unknown> {
  const filled = Object.entries(typed).filter(([, value]) => value.trim() !== "");
  const number = (name: string) => (typed[name]?.trim() ? Number(typed[name]) : null);
  if (kind === "check") return { check: about.slice("check-".length), state: typed.state, note: typed.note ?? "" };
  if (kind === "attendance") {
    const arrivals = filled.filter(([name]) => name.startsWith(CAME)).map(([name, value]) => ({ id: name.slice(CAME.length), came: Number(value) }));
    return { arrivals, walk_ins: number("walk_ins") };
  }
  const units = Object.fromEntries(filled.filter(([name, value]) => name.startsWith(UNIT) && Number(value) > 0).map(([name, value]) => [name.slice(UNIT.length), Number(value)]));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, number(name)]));
  return { ...numbers, people: numbers.people ?? 0, units, words: typed.words ?? "", version: Number(typed.version), sure: typed.sure === "1" };
}

/** Let the worker keep this page and its files, so that it opens without a network. */
function keepFiles(): void {
  if (!navigator.onLine) return;
  const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  const own = [...new Set(files.filter((path) => path.startsWith("/assets/")))];
  void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ day: own, page: location.pathname })).catch(() => undefined);
}

const root = maybe("[data-cleanup-day]");
if (root) {
  await new Day(root).begin().catch((error: unknown) => console.error(error));
  for (const wait of KEEP_AFTER_MS) setTimeout(keepFiles, wait);
}
ready();
