// The desk: the queue stays true by itself, a case opens beside it, and everything can be done by keyboard.
import { isOwn, OWN_HEADER, partAt } from "../lib/requests/answer";
import { all, debounce, maybe, one } from "../lib/page/dom";
import { CasePanes } from "../lib/desk/case_panes";
import { deskKeys, sendDialog } from "../lib/desk/desk_keys";
import { entry } from "../lib/desk/entry";
import { countDown } from "../lib/desk/held";
import { Queue } from "../lib/desk/queue";
import type { DeskMap, Point } from "../lib/maps/desk_map";
import { onKeys, TYPING } from "../lib/page/keys";
import { ready } from "../lib/page/ready";
import { Stream } from "../lib/page/stream";
import { toast } from "../lib/page/toast";
import { say } from "../lib/page/words";

const LOOK_EVERY_MS = 10_000;
const SETTLE_MS = 1200;
const PART = { "hx-request": "true" };
const WIDE = matchMedia("(min-width: 64em)");

class Desk {
  readonly queue: Queue;
  private readonly panes: CasePanes;
  private map: DeskMap | undefined;
  private opening = 0;
  /** Count of moves by hand; after one, nothing moves the page by itself. */
  private steps = 0;

  constructor(readonly page: HTMLElement) {
    this.panes = new CasePanes(page);
    this.queue = new Queue(page, () => this.openCode);
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("change", (event) => this.changed(event));
    document.addEventListener("keydown", sendDialog);
    onKeys(deskKeys(this));
    this.listen();
    countDown();
  }

  /** Wide screens show a case at once; a phone begins with the queue. */
  async begin(): Promise<void> {
    if (WIDE.matches) await this.drawMap();
    else WIDE.addEventListener("change", () => void this.drawMap(), { once: true });
    if (this.openCode) this.arrived();
    else if (WIDE.matches && this.queue.cursor) await this.open(this.queue.cursor);
  }

  private get openCode(): string | undefined {
    return this.panes.openCode;
  }

  // ---- the case

  async go(step: number): Promise<void> {
    if (!(await this.queue.move(step))) return;
    this.steps += 1;
    if (!WIDE.matches) return;
    // What is on its way comes too late: it would take the cursor back to where it was.
    this.opening += 1;
    this.openSoon();
  }

  async enter(): Promise<void> {
    const { cursor } = this.queue;
    if (!cursor) return;
    if (cursor !== this.openCode) await this.open(cursor);
    this.show("case");
  }

  get busy(): boolean {
    const { cursor } = this.queue;
    const another = WIDE.matches && this.queue.row(cursor) !== undefined && cursor !== this.openCode;
    return this.panes.case.hasAttribute("aria-busy") || another;
  }

  show(what: "queue" | "case"): void {
    this.page.dataset.show = what;
    if (what === "case") this.panes.case.focus();
    else maybe("a", this.queue.row(this.queue.cursor) ?? this.page)?.focus();
  }

  private readonly openSoon = debounce(120, () => {
    const { cursor } = this.queue;
    if (cursor && cursor !== this.openCode) void this.open(cursor);
    else this.panes.case.removeAttribute("aria-busy");
  });

  /** `seen`: the last event that was told of it, so that what others did since is told apart. */
  private async open(code: string, { seen }: { seen?: string | undefined } = {}): Promise<void> {
    const turn = ++this.opening;
    const query = new URLSearchParams();
    if (this.openCode && this.openCode !== code) query.set("left", this.openCode);
    if (seen) query.set("seen", seen);
    this.panes.case.setAttribute("aria-busy", "true");
    const response = await fetch(`/desk/case/${encodeURIComponent(code)}?${query}`, { headers: PART }).catch(() => null);
    if (turn !== this.opening) return;
    this.panes.case.removeAttribute("aria-busy");
    if (response?.redirected) return location.reload();
    if (!response || !isOwn(response)) return toast(say("desk_failed"), { bad: true });
    const text = await response.text();
    if (turn !== this.opening) return;
    // Nobody asked for it anew: what was opened meanwhile, and is being written, stays.
    const dialog = seen === undefined ? null : this.panes.dialog;
    if (dialog) this.panes.warn(dialog);
    else this.draw(text);
  }

  private draw(text: string): void {
    this.panes.draw(text);
    this.arrived();
  }

  private arrived(): void {
    const code = this.openCode;
    const url = new URL(location.href);
    if (code) url.searchParams.set("case", code);
    url.searchParams.delete("done");
    history.replaceState(history.state, "", url);
    this.queue.opened(code);
    const around = maybe("[data-points]", this.page);
    if (around) this.map?.show(JSON.parse(around.dataset.points ?? "[]") as Point[]);
    this.panes.showRefused();
  }

  private async drawMap(): Promise<void> {
    const place = one("#desk-map");
    try {
      const { DeskMap } = await import("../lib/maps/desk_map");
      this.map = new DeskMap(place, this.page, (code) => void this.open(code));
      this.arrived();
    } catch {
      place.textContent = say("map_failed");
    }
  }

  // ---- what is done

  private async submitted(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    const kind = ["step", "reveal", "bulk"].find((each) => each in form.dataset);
    if (!kind) return;
    event.preventDefault();
    if (form.dataset.busy !== undefined) return;
    form.dataset.busy = "";
    const body = new FormData(form, event.submitter);
    if (kind === "bulk") this.only(body, event.submitter);
    const sent = await fetch(event.submitter?.getAttribute("formaction") ?? form.action, {
      method: "POST",
      headers: PART,
      body: new URLSearchParams(body as never),
    }).catch(() => null);
    delete form.dataset.busy;
    const ours = sent?.headers.has(OWN_HEADER) && sent.headers.get("content-type")?.startsWith("text/html");
    const text = sent && ours ? await sent.text() : null;
    if (!sent || text === null) return toast(say(navigator.onLine ? "desk_failed" : "no_network"), { bad: true });
    if (kind === "reveal") one("[data-contact-place]", this.page).innerHTML = text;
    else if (kind === "bulk") await this.bulkDone(text);
    else await this.stepDone(text);
  }

  private async stepDone(text: string): Promise<void> {
    const next = this.queue.after(this.openCode);
    const steps = this.steps;
    for (const dialog of all<HTMLDialogElement>("dialog[open]")) dialog.close();
    if (!text.includes("data-part")) return toast(say("desk_failed"), { bad: true });
    this.draw(text);
    const done = this.panes.file?.dataset.done;
    if (!done) return;
    this.queue.ticks.drop(this.openCode);
    toast(`${this.openCode}: ${done}`, { action: { label: say("look"), href: `/desk?case=${this.openCode}` } });
    await this.queue.refresh();
    if (steps !== this.steps) return;
    const still = this.queue.row(this.openCode);
    // It waits on, as one does that was only split: its coordinator is not done with it.
    if (still) return this.lookAt(still);
    if (next && this.queue.row(next)) {
      await this.open(next);
      if (steps === this.steps) this.lookAt(this.queue.row(next) ?? this.page);
    } else if (!WIDE.matches) this.show("queue");
  }

  /** The focus goes along, unless somebody writes already: their letters belong where they began. */
  private lookAt(place: HTMLElement): void {
    if (document.activeElement?.matches(TYPING)) return;
    maybe("a", place)?.focus({ preventScroll: true });
  }

  /** Of the two reasons that the bar's dialogs hold, the one that belongs to the button. */
  private only(body: FormData, button: HTMLElement | null): void {
    const act = (button as HTMLButtonElement | null)?.value ?? "";
    const reason = maybe<HTMLTextAreaElement>(`[data-bulk-reason="${act}"]`, this.page)?.value ?? "";
    body.set("reason", reason);
    if (!button || !("withLead" in button.dataset)) body.delete("lead");
    if (act !== "merge") body.delete("duplicate_of");
  }

  private async bulkDone(text: string): Promise<void> {
    for (const dialog of all<HTMLDialogElement>("dialog[open]")) dialog.close();
    const results = one("[data-bulk-results]", this.page);
    results.innerHTML = text;
    this.queue.ticks.settle(results);
    await this.queue.refresh();
    if (this.openCode) await this.open(this.openCode);
    one("[data-bulk-results]", this.page).focus();
  }

  private clicked(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const at = event.target as Element;
    const code = at.closest<HTMLElement>("[data-case]")?.dataset.case;
    const more = at.closest<HTMLAnchorElement>("[data-more]");
    if (code || more) event.preventDefault();
    if (code) {
      this.steps += 1;
      void this.open(code).then(() => !WIDE.matches && this.show("case"));
    } else if (at.closest("[data-back]")) this.show("queue");
    else if (at.closest("[data-bulk-none]")) this.queue.ticks.none();
    else if (at.closest("[data-bulk-all]")) this.queue.ticks.all();
    else if (more) void this.queue.more(more);
    else this.sentence(at.closest<HTMLElement>("[data-sentence]"));
  }

  private sentence(chip: HTMLElement | null): void {
    const field = chip && maybe<HTMLTextAreaElement>(`#${chip.dataset.sentence}`);
    if (!field) return;
    field.value = chip.textContent?.trim() ?? "";
    field.focus();
  }

  private changed(event: Event): void {
    const at = event.target as HTMLElement;
    if (at.closest("[data-row]")) this.queue.ticks.read();
    if (at.matches("[data-search] select")) at.closest("form")?.requestSubmit();
  }

  // ---- live

  private listen(): void {
    const soon = debounce(SETTLE_MS, () => void this.queue.refresh());
    const happened = () => {
      soon();
      document.dispatchEvent(new Event("feed"));
    };
    new Stream("/api/v1/feed/stream", { heard: happened, missed: happened });
    // Flags and what is not public are in no feed.
    setInterval(() => {
      void this.queue.refresh();
      void this.look();
    }, LOOK_EVERY_MS);
    WIDE.addEventListener("change", () => this.map?.fit());
  }

  /** Say that the case is still open here, and hear who else has it open or changed it. */
  private async look(): Promise<void> {
    const code = this.openCode;
    if (!code || document.visibilityState !== "visible" || !navigator.onLine) return;
    const part = await partAt(`/desk/here/${encodeURIComponent(code)}`);
    if (part === null || code !== this.openCode) return;
    const box = document.createElement("div");
    box.innerHTML = part;
    const fresh = maybe("[data-here]", box);
    const old = maybe("[data-here]", this.page);
    if (!fresh || !old) return;
    const changed = fresh.dataset.version !== this.panes.file?.dataset.version;
    old.replaceWith(fresh);
    if (!changed) return;
    const { dialog } = this.panes;
    if (dialog) this.panes.warn(dialog);
    else if (!document.querySelector("dialog[open]")) await this.open(code, { seen: this.panes.file?.dataset.seen });
  }
}

const page = maybe("[data-desk]");
if (page) await new Desk(page).begin();
const form = maybe("[data-entry]");
if (form) entry(form);
ready();
