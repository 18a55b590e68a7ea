// The desk: the queue stays true by itself, a case opens beside it, and everything can be done by keyboard.
import { isOwn, OWN_HEADER, partAt } from "../lib/requests/answer";
import { all, calm, maybe, one } from "../lib/page/dom";
import { entry } from "../lib/desk/entry";
import { refusals, Ticks } from "../lib/desk/ticks";
import { countDown, takeBack } from "../lib/desk/held";
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
  private map: DeskMap | undefined;
  private opening = 0;
  private cursor: string | null = null;
  /** How often somebody went on by themselves: then nothing moves them. */
  private steps = 0;
  private readonly ticks: Ticks;
  private loading = false;

  constructor(private readonly page: HTMLElement) {
    this.ticks = new Ticks(page);
    this.cursor = this.openCode ?? this.rows[0]?.dataset.row ?? null;
    this.paintCursor();
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("change", (event) => this.changed(event));
    document.addEventListener("keydown", (event) => this.sendDialog(event));
    onKeys(this.keys());
    this.listen();
    countDown();
  }

  /** Wide screens show a case at once; a phone begins with the queue. */
  async begin(): Promise<void> {
    if (WIDE.matches) await this.drawMap();
    else WIDE.addEventListener("change", () => void this.drawMap(), { once: true });
    if (this.openCode) this.arrived();
    else if (WIDE.matches && this.cursor) await this.open(this.cursor);
  }

  private get rows(): HTMLElement[] {
    return all("[data-row]", this.page);
  }

  private get file(): HTMLElement | null {
    return maybe("[data-file]", this.page);
  }

  private get openCode(): string | undefined {
    return this.file?.dataset.file;
  }

  private row(code: string | null | undefined): HTMLElement | undefined {
    return this.rows.find((each) => each.dataset.row === code);
  }

  // ---- the queue

  private async go(step: number): Promise<void> {
    let rows = this.rows;
    const at = rows.findIndex((each) => each.dataset.row === this.cursor);
    const more = at + step >= rows.length && maybe<HTMLAnchorElement>("[data-more]", this.page);
    if (more) {
      await this.more(more);
      rows = this.rows;
    }
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next?.dataset.row) return;
    this.steps += 1;
    this.cursor = next.dataset.row;
    this.paintCursor();
    next.scrollIntoView({ block: "nearest" });
    maybe("a", next)?.focus({ preventScroll: true });
    if (!WIDE.matches) return;
    // What is on its way comes too late: it would take the cursor back to where it was.
    this.opening += 1;
    this.openSoon();
  }

  private readonly openSoon = calm(120, () => {
    if (this.cursor && this.cursor !== this.openCode) void this.open(this.cursor);
    else this.pane("case").removeAttribute("aria-busy");
  });

  private paintCursor(): void {
    for (const row of this.rows) {
      row.toggleAttribute("data-cursor", row.dataset.row === this.cursor);
      const open = row.dataset.row === this.openCode;
      row.toggleAttribute("data-open-row", open);
      const link = maybe("a", row);
      if (open) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }

  private async refresh(): Promise<void> {
    if (document.visibilityState !== "visible" || !navigator.onLine || document.querySelector("dialog[open]")) return;
    const url = new URL(location.href);
    url.searchParams.delete("case");
    // As many rows as are there: whoever went on by j keeps what they loaded.
    const shown = this.rows.length;
    url.searchParams.set("rows", String(shown));
    const part = await partAt(url.href);
    if (part === null || this.loading || this.rows.length > shown) return;
    const box = document.createElement("div");
    box.innerHTML = part;
    const fresh = maybe("#desk-list", box);
    const old = maybe("#desk-list", this.page);
    if (!fresh || !old || document.querySelector("dialog[open]")) return;
    // Who looks at what changes without the queue changing: rows are drawn anew all the same.
    this.exchange(old, fresh);
  }

  private exchange(old: HTMLElement, fresh: HTMLElement): void {
    const focused = old.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    const scroll = maybe("[data-rows]", old)?.scrollTop ?? 0;
    const results = maybe("[data-bulk-results]", old);
    old.replaceWith(fresh);
    if (results) maybe("[data-bulk-results]", fresh)?.replaceWith(results);
    const rows = maybe("[data-rows]", fresh);
    if (rows) rows.scrollTop = scroll;
    this.ticks.restore();
    this.ticks.explain(refusals(results));
    if (!this.row(this.cursor)) this.cursor = this.openCode ?? this.rows[0]?.dataset.row ?? null;
    this.paintCursor();
    if (focused) this.focusAgain(focused, fresh);
  }

  /** The focus stays on the row it was in, or on what is the same above and beneath the rows. */
  private focusAgain(before: HTMLElement, fresh: HTMLElement): void {
    const row = before.closest<HTMLElement>("[data-row]")?.dataset.row;
    const named = (each: Element) => ["href", "name", "value", "data-open"].map((name) => each.getAttribute(name)).join(" ");
    const same = row ? maybe("a", this.row(row) ?? fresh) : all("a, button", fresh).find((each) => named(each) === named(before));
    same?.focus({ preventScroll: true });
  }

  // ---- the case

  /** `seen`: the last event that was told of it, so that what others did since is told apart. */
  async open(code: string, { seen }: { seen?: string | undefined } = {}): Promise<void> {
    const turn = ++this.opening;
    const asked = new URLSearchParams();
    if (this.openCode && this.openCode !== code) asked.set("left", this.openCode);
    if (seen) asked.set("seen", seen);
    this.pane("case").setAttribute("aria-busy", "true");
    const response = await fetch(`/desk/case/${encodeURIComponent(code)}?${asked}`, { headers: PART }).catch(() => null);
    if (turn !== this.opening) return;
    this.pane("case").removeAttribute("aria-busy");
    if (response?.redirected) return location.reload();
    if (!response || !isOwn(response)) return toast(say("desk_failed"), { bad: true });
    const text = await response.text();
    if (turn !== this.opening) return;
    // Nobody asked for it anew: what was opened meanwhile, and is being written, stays.
    const dialog = seen === undefined ? null : maybe<HTMLDialogElement>("dialog[open]", this.pane("case"));
    if (dialog) this.warn(dialog);
    else this.draw(text);
  }

  /** Somebody changed the case under an open dialog: what is being written stays, sending it is checked anew. */
  private warn(dialog: HTMLDialogElement): void {
    if (maybe("[data-changed]", dialog)) return;
    const told = document.createElement("p");
    told.className = "notice tone-amber";
    told.dataset.changed = "";
    told.setAttribute("role", "status");
    told.textContent = say("desk_changed");
    dialog.querySelector("form[data-step]")?.prepend(told);
  }

  private draw(text: string): void {
    const box = document.createElement("div");
    box.innerHTML = text;
    for (const part of all("[data-part]", box)) {
      const pane = this.pane(part.dataset.part ?? "");
      pane.replaceChildren(...part.childNodes);
      pane.scrollTop = 0;
    }
    this.arrived();
  }

  private arrived(): void {
    const code = this.openCode;
    const url = new URL(location.href);
    if (code) url.searchParams.set("case", code);
    url.searchParams.delete("done");
    history.replaceState(history.state, "", url);
    if (code && this.row(code)) this.cursor = code;
    this.paintCursor();
    this.row(code)?.scrollIntoView({ block: "nearest" });
    const around = maybe("[data-points]", this.page);
    if (around) this.map?.show(JSON.parse(around.dataset.points ?? "[]") as Point[]);
    const refused = this.file?.dataset.refusedAct;
    if (refused && this.pane("case").querySelector("[role=alert]")?.closest("dialog")) {
      maybe<HTMLDialogElement>(`#desk-${refused}`)?.showModal();
    } else if (refused) {
      const dialog = maybe<HTMLDialogElement>(`#desk-${refused}`);
      if (dialog && !maybe(`[data-refused="${refused}"]`, this.page)) dialog.showModal();
    }
  }

  private pane(name: string): HTMLElement {
    return one(`[data-pane="${name}"]`, this.page);
  }

  private show(what: "queue" | "case"): void {
    this.page.dataset.show = what;
    if (what === "case") this.pane("case").focus();
    else maybe("a", this.row(this.cursor) ?? this.page)?.focus();
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
    const next = this.nextAfter(this.openCode);
    const steps = this.steps;
    for (const dialog of all<HTMLDialogElement>("dialog[open]")) dialog.close();
    if (!text.includes("data-part")) return toast(say("desk_failed"), { bad: true });
    this.draw(text);
    const done = this.file?.dataset.done;
    if (!done) return;
    this.ticks.drop(this.openCode);
    toast(`${this.openCode}: ${done}`, { action: { label: say("look"), href: `/desk?case=${this.openCode}` } });
    await this.refresh();
    if (steps !== this.steps) return;
    const still = this.row(this.openCode);
    // It waits on, as one does that was only split: its coordinator is not done with it.
    if (still) return this.lookAt(still);
    if (next && this.row(next)) {
      await this.open(next);
      if (steps === this.steps) this.lookAt(this.row(next) ?? this.page);
    } else if (!WIDE.matches) this.show("queue");
  }

  /** The focus goes along, unless somebody writes already: their letters belong where they began. */
  private lookAt(place: HTMLElement): void {
    if (document.activeElement?.matches(TYPING)) return;
    maybe("a", place)?.focus({ preventScroll: true });
  }

  private nextAfter(code: string | undefined): string | undefined {
    const rows = this.rows.map((each) => each.dataset.row ?? "");
    const at = rows.indexOf(code ?? "");
    return at < 0 ? rows[0] : (rows[at + 1] ?? rows[at - 1]);
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
    this.ticks.settle(results);
    await this.refresh();
    if (this.openCode) await this.open(this.openCode);
    one("[data-bulk-results]", this.page).focus();
  }

  private clicked(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const at = event.target as Element;
    const link = at.closest<HTMLElement>("[data-case]");
    if (link?.dataset.case) {
      event.preventDefault();
      const code = link.dataset.case;
      this.steps += 1;
      void this.open(code).then(() => !WIDE.matches && this.show("case"));
    } else if (at.closest("[data-back]")) this.show("queue");
    else if (at.closest("[data-bulk-none]")) this.ticks.none();
    else if (at.closest("[data-bulk-all]")) this.ticks.all();
    else if (at.closest("[data-more]")) {
      event.preventDefault();
      void this.more(at.closest<HTMLAnchorElement>("[data-more]") as HTMLAnchorElement);
    } else this.sentence(at.closest<HTMLElement>("[data-sentence]"));
  }

  private sentence(chip: HTMLElement | null): void {
    const field = chip && maybe<HTMLTextAreaElement>(`#${chip.dataset.sentence}`);
    if (!field) return;
    field.value = chip.textContent?.trim() ?? "";
    field.focus();
  }

  private async more(link: HTMLAnchorElement): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    const part = await partAt(link.href).finally(() => (this.loading = false));
    if (part === null) return toast(say("desk_failed"), { bad: true });
    const box = document.createElement("ol");
    box.innerHTML = part;
    link.closest("li")?.replaceWith(...box.childNodes);
    this.paintCursor();
  }

  private changed(event: Event): void {
    const at = event.target as HTMLElement;
    if (at.closest("[data-row]")) this.ticks.read();
    if (at.matches("[data-search] select")) at.closest("form")?.requestSubmit();
  }

  // ---- keys

  private keys(): Record<string, () => void> {
    return {
      j: () => void this.go(1),
      k: () => void this.go(-1),
      Enter: () => void this.enter(),
      a: () => this.press("[data-key-a] button", "#desk-assign"),
      A: () => this.press("", "#desk-assign"),
      t: () => this.take(),
      d: () => this.press("", "#desk-merge"),
      r: () => this.press("", "#desk-reject"),
      s: () => this.press("", "#desk-split"),
      u: () => this.press("", "#desk-unmerge"),
      e: () => this.press('[data-tip="settle"] button, [data-key="e"]', ""),
      c: () => this.press('[data-key="c"]', ""),
      x: () => this.tick(),
      X: () => this.ticks.all(),
      n: () => location.assign("/desk/new"),
      "/": () => one<HTMLInputElement>("#desk-q").focus(),
      z: () => takeBack(),
      m: () => this.press('[data-key="m"]', ""),
      h: () => this.press('[data-key="h"]', ""),
      b: () => this.toBulk(),
      "?": () => one<HTMLDialogElement>("#desk-help").showModal(),
      Escape: () => this.show("queue"),
    };
  }

  private async enter(): Promise<void> {
    if (!this.cursor) return;
    if (this.cursor !== this.openCode) await this.open(this.cursor);
    this.show("case");
  }

  private take(): void {
    if (this.busy) return;
    const wish = maybe("[data-tip] [data-take]", this.page);
    if (wish instanceof HTMLFormElement) wish.requestSubmit(maybe("button", wish));
    else if (wish) wish.click();
    else toast(say("desk_no_suggestion"));
  }

  /** The button where there is one, else the dialog. */
  private press(button: string, dialog: string): void {
    if (this.busy) return;
    const found = button && maybe<HTMLElement>(button, this.page);
    if (found) return found.click();
    const shown = dialog && maybe<HTMLDialogElement>(dialog);
    if (shown) shown.showModal();
    else toast(say("desk_not_allowed"));
  }

  /** Nothing is done to a case that is not on the screen yet. */
  private get busy(): boolean {
    return this.pane("case").hasAttribute("aria-busy") || (WIDE.matches && this.row(this.cursor) !== undefined && this.cursor !== this.openCode);
  }

  private tick(): void {
    const box = maybe<HTMLInputElement>("input", this.row(this.cursor) ?? document.createElement("i"));
    if (!box) return;
    this.ticks.set([box], !box.checked);
    this.row(this.cursor)?.scrollIntoView({ block: "nearest" });
  }

  /** Ctrl Enter sends the dialog that is open, as its own button would. */
  private sendDialog(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const button = maybe<HTMLButtonElement>("dialog[open] .dialog-foot button:not([type=button])");
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  private toBulk(): void {
    const bar = maybe("[data-bulk]", this.page);
    if (bar && !bar.hidden) maybe("button", bar)?.focus();
    else toast(say("desk_none_ticked"));
  }

  // ---- live

  private listen(): void {
    const soon = calm(SETTLE_MS, () => void this.refresh());
    const told = () => {
      soon();
      document.dispatchEvent(new Event("feed"));
    };
    new Stream("/api/v1/feed/stream", { heard: told, missed: told });
    // Flags and what is not public are in no feed.
    setInterval(() => {
      void this.refresh();
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
    const changed = fresh.dataset.version !== this.file?.dataset.version;
    old.replaceWith(fresh);
    if (!changed) return;
    const dialog = maybe<HTMLDialogElement>("dialog[open]", this.pane("case"));
    if (dialog) this.warn(dialog);
    else if (!document.querySelector("dialog[open]")) await this.open(code, { seen: this.file?.dataset.seen });
  }
}

const page = maybe("[data-desk]");
if (page) await new Desk(page).begin();
const form = maybe("[data-entry]");
if (form) entry(form);
ready();
