// The inspector in the street: the cases near by, a verdict on the spot, sent by itself once there is a network.
import { all, maybe, one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { flushRound, listenToRound, nextRoundTry } from "../lib/sending/rounds";
import { forgetCases, queued, roundStore, type Queued } from "../lib/storage/round_store";
import { askToPersist } from "../lib/storage/store";
import { askForSync } from "../lib/requests/sync";
import { toast } from "../lib/page/toast";
import { line } from "../lib/requests/page_line";
import { say } from "../lib/page/words";
import { Cases, mapsLink } from "./inspect/cases";
import { Decide } from "./inspect/decide";
import { Finding } from "./inspect/finding";
import { List } from "./inspect/list";
import { RoundMap } from "./inspect/map";
import { Position } from "./inspect/position";
import { Surveys } from "./inspect/surveys";
import { WaitingCards } from "./inspect/waiting";

type View = "list" | "case" | "decide" | "finding" | "survey";

const CONTRAST = "inspect-contrast";
const BUSY_MS = 1500;
/** Once the page itself has all it needs; and again when the map has come. */
const KEEP_AFTER_MS = [1000, 6000];

class Page {
  private view: View = "list";
  private code = "";
  private timer?: ReturnType<typeof setTimeout>;
  private readonly cases = new Cases();
  private readonly position = new Position(() => this.moved());
  private readonly list: List;
  private readonly map: RoundMap;
  private readonly decide: Decide;
  private readonly finding: Finding;
  private readonly waiting: WaitingCards;
  private readonly surveys: Surveys;

  constructor(private readonly root: HTMLElement) {
    const keep = (item: Queued) => void this.kept(item);
    this.list = new List(root, this.cases, (code) => this.go("case", code), () => this.reorder(), () => this.draw());
    this.map = new RoundMap(one("#inspect-map", root), root, (code) => this.go("case", code));
    this.decide = new Decide(root, one('[data-view="decide"]', root), this.cases, this.position, keep);
    this.surveys = new Surveys(root, () => this.go("survey"), (place) => this.go("finding", place.id), keep);
    this.finding = new Finding(root, one('[data-view="finding"]', root), this.position, keep, this.surveys);
    const account = root.dataset.account ?? "";
    this.waiting = new WaitingCards(one("[data-waiting]", root), account, this.cases, (item) => void this.edit(item), () => void this.send(true), JSON.parse(root.dataset.targets ?? "{}") as Record<string, string>);
    this.listen();
  }

  async begin(): Promise<void> {
    await this.signedIn();
    await this.cases.load();
    await this.surveys.load();
    this.draw();
    this.position.watch();
    void this.map.begin().catch(() => undefined);
    await this.fetch();
    await this.waiting.draw();
    void this.send(true);
    this.display((history.state?.view as View) ?? "list", history.state?.code ?? "");
  }

  /** Store who is signed in with a new token, and retry what could not be sent without one. */
  private async signedIn(): Promise<void> {
    const csrf = one<HTMLInputElement>('input[name="csrf_token"]', this.root).value;
    const account = this.root.dataset.account ?? "";
    const database = roundStore();
    const before = await database.get("me", "me");
    if (before && before.account !== account) await forgetCases();
    // A page that was kept has an old token: the one known is newer, unless this page comes from the network.
    if (!before || before.account !== account || navigator.onLine) await database.put("me", { account, csrf }, "me");
    if (!navigator.onLine) return;
    for (const item of await queued()) {
      if (item.account === account && item.state === "signin") await database.put("outbox", { ...item, state: "waiting", tries: 0, nextAt: 0 });
    }
  }

  private listen(): void {
    for (const button of all("[data-back]", this.root)) button.addEventListener("click", () => this.back());
    for (const button of all("[data-decide]", this.root)) button.addEventListener("click", () => void this.begun(button.dataset.decide as "passed" | "failed"));
    one("[data-new-finding]", this.root).addEventListener("click", () => this.go("finding"));
    one("[data-locate]", this.root).addEventListener("click", () => {
      this.position.watch();
      const { here } = this.position;
      if (here) this.map.go(here);
      else toast(say("no_position"));
    });
    one<HTMLInputElement>("[data-case-choose]", this.root).addEventListener("change", (event) => {
      void this.cases.choose(this.code, (event.target as HTMLInputElement).checked).then(() => this.draw());
    });
    window.addEventListener("popstate", (event) => this.display((event.state?.view as View) ?? "list", event.state?.code ?? ""));
    addEventListener("online", () => void this.fetch().then(() => this.send(true)));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.send(true));
    maybe<HTMLFormElement>('form[action="/logout"]')?.addEventListener("submit", () => void leave());
    listenToRound((news) => {
      if (news.kind === "stored") {
        toast(say(news.finding ? "found" : "stored", { code: news.code ?? "" }));
        void this.fetch();
      }
      void this.waiting.draw();
    });
    this.contrast();
  }

  private contrast(): void {
    const button = one("[data-contrast]", this.root);
    const set = (on: boolean) => {
      document.documentElement.toggleAttribute("data-contrast", on);
      button.setAttribute("aria-pressed", String(on));
    };
    set(localStorage.getItem(CONTRAST) === "1");
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      localStorage.setItem(CONTRAST, on ? "1" : "0");
      set(on);
    });
  }

  private async fetch(): Promise<void> {
    await this.cases.refresh(this.list.order, this.position.here);
    await this.hideDecided();
    await this.surveys.refresh();
    this.draw();
  }

  /** Leave out cases whose decision waits here to be sent. */
  private async hideDecided(): Promise<void> {
    for (const item of await queued()) if (item.verdict && item.state !== "conflict") await this.cases.done(item.code);
  }

  private reorder(): void {
    this.draw();
    const { here } = this.position;
    if (this.list.order === "route") this.map.fit([...(here ? [here] : []), ...this.cases.chosen.map((each) => each.item.location)]);
    if (this.list.order !== "route" && navigator.onLine) void this.fetch();
  }

  private moved(): void {
    if (this.view === "list" || this.view === "survey") this.draw();
    if (this.view === "decide") this.decide.refresh();
    if (this.view === "finding") this.finding.refresh();
  }

  private draw(): void {
    const { here } = this.position;
    one("[data-volatile]", this.root).hidden = !roundStore().volatile;
    this.list.draw(here);
    this.surveys.draw(here);
    this.map.draw(this.cases.inOrder("deadline", here), this.cases.route(here), here);
  }

  private go(view: View, code = ""): void {
    history.pushState({ view, code, deep: true }, "");
    this.display(view, code);
  }

  private back(): void {
    if (history.state?.deep) history.back();
    else this.display("list", "");
  }

  private display(view: View, code: string): void {
    const known = this.cases.get(code);
    if (view === "decide" || (view === "case" && !known)) view = this.view === "decide" && view === "decide" ? view : "list";
    if (view !== "decide") this.decide.close();
    if (view !== "finding") this.finding.close();
    this.view = view;
    this.code = code;
    if (view === "case" && known) void this.showCase(code);
    if (view === "finding") this.finding.open(this.surveys.get(code));
    this.reveal();
  }

  private reveal(): void {
    for (const section of all("[data-view]", this.root)) section.hidden = section.dataset.view !== this.view;
    const map = one("#inspect-map", this.root);
    map.classList.toggle("inspect-map-low", this.view === "case");
    map.classList.toggle("inspect-map-gone", ["decide", "finding", "survey"].includes(this.view));
    one(`[data-view="${this.view}"]`, this.root).focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  private async showCase(code: string): Promise<void> {
    const kept = this.cases.get(code);
    if (!kept) return;
    const { item } = kept;
    this.map.go(item.location);
    one("[data-case-title]", this.root).textContent = item.title;
    one("[data-case-place]", this.root).textContent = [item.code, item.address, item.ward?.name].filter(Boolean).join(" · ");
    one<HTMLInputElement>("[data-case-choose]", this.root).checked = kept.chosen;
    one<HTMLAnchorElement>("[data-case-map]", this.root).href = mapsLink([item.location]);
    this.offer(item.open);
    const body = one("[data-case-body]", this.root);
    body.textContent = "";
    await this.cases.latest(code);
    const part = await this.cases.part(code);
    if (this.code !== code) return;
    if (part) body.innerHTML = part;
    else body.textContent = say("history_later");
    this.offer(this.cases.get(code)?.item.open ?? false);
    for (const image of all<HTMLImageElement>("img", body)) {
      const link = image.closest("a");
      image.src = await this.cases.picture(new URL(image.src, location.href).pathname);
      if (link) link.href = await this.cases.picture(new URL(link.href, location.href).pathname);
    }
  }

  private offer(open: boolean): void {
    one('[data-view="case"] .inspect-foot', this.root).hidden = !open;
    one("[data-case-closed]", this.root).hidden = open;
  }

  private async begun(verdict: "passed" | "failed"): Promise<void> {
    const kept = this.cases.get(this.code);
    if (!kept) return;
    history.pushState({ view: "decide", code: this.code, deep: true }, "");
    this.view = "decide";
    await this.decide.open(kept.item, verdict);
    this.reveal();
  }

  private async edit(item: Queued): Promise<void> {
    const known = this.cases.get(item.code)?.item ?? (await this.cases.latest(item.code));
    if (!known || !item.verdict) return toast(say("no_network"), { bad: true });
    history.pushState({ view: "decide", code: item.code, deep: true }, "");
    this.view = "decide";
    await this.decide.open(known, item.verdict.verdict, item);
    this.reveal();
  }

  private async kept(item: Queued): Promise<void> {
    void askToPersist().catch(() => undefined);
    if (item.verdict) await this.cases.done(item.code);
    const back = item.sight ? "survey" : "list";
    if (this.view !== back) {
      history.pushState({ view: back, code: "" }, "");
      this.display(back, "");
    }
    this.draw();
    await this.waiting.draw();
    if (!navigator.onLine) toast(say("kept"));
    const sending = this.send(true);
    // The page has its turn first; the worker sends what is left should the page be closed.
    void askForSync().catch(() => undefined);
    await sending;
  }

  private async send(eager: boolean): Promise<void> {
    clearTimeout(this.timer);
    const mine = !navigator.onLine || (await flushRound(line, { eager }));
    const due = mine ? await nextRoundTry() : Date.now() + BUSY_MS;
    if (due !== null) this.timer = setTimeout(() => void this.send(false), Math.max(1000, due - Date.now()));
    await this.waiting.draw();
  }
}

/** Nothing of the cases stays on a phone that is signed out. */
async function leave(): Promise<void> {
  navigator.serviceWorker?.controller?.postMessage("forget-round");
  await forgetCases();
}

/** Let the worker keep this page's files, so that it opens without a network. */
function keepFiles(): void {
  const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  const own = [...new Set(files.filter((path) => path.startsWith("/assets/")))];
  void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ round: own })).catch(() => undefined);
}

const root = maybe("[data-inspect]");
if (root) {
  await new Page(root).begin().catch((error: unknown) => console.error(error));
  for (const wait of KEEP_AFTER_MS) setTimeout(keepFiles, wait);
}
ready();
