// The desk's list of cases: its cursor, its ticks, more rows, and how it is drawn anew without anybody losing their place.
import { all, maybe } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { partAt } from "../requests/answer";
import { refusals, Ticks } from "./ticks";

export class Queue {
  readonly ticks: Ticks;
  cursor: string | null;
  private loading = false;

  /** `openCode`: the case that is open beside the list. */
  constructor(
    private readonly page: HTMLElement,
    private readonly openCode: () => string | undefined,
  ) {
    this.ticks = new Ticks(page);
    this.cursor = openCode() ?? this.rows[0]?.dataset.row ?? null;
    this.paint();
  }

  get rows(): HTMLElement[] {
    return all("[data-row]", this.page);
  }

  row(code: string | null | undefined): HTMLElement | undefined {
    return this.rows.find((each) => each.dataset.row === code);
  }

  /** The case to go on with when this one is done: the next, else the one before. */
  after(code: string | undefined): string | undefined {
    const codes = this.rows.map((each) => each.dataset.row ?? "");
    const at = codes.indexOf(code ?? "");
    return at < 0 ? codes[0] : (codes[at + 1] ?? codes[at - 1]);
  }

  /** Move the cursor, loading more rows at the end; whether there was a row to move to. */
  async move(step: number): Promise<boolean> {
    let rows = this.rows;
    const at = rows.findIndex((each) => each.dataset.row === this.cursor);
    const more = at + step >= rows.length && maybe<HTMLAnchorElement>("[data-more]", this.page);
    if (more) {
      await this.more(more);
      rows = this.rows;
    }
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next?.dataset.row) return false;
    this.cursor = next.dataset.row;
    this.paint();
    next.scrollIntoView({ block: "nearest" });
    maybe("a", next)?.focus({ preventScroll: true });
    return true;
  }

  /** Show in the rows where the cursor is and which case is open. */
  paint(): void {
    for (const row of this.rows) {
      row.toggleAttribute("data-cursor", row.dataset.row === this.cursor);
      const open = row.dataset.row === this.openCode();
      row.toggleAttribute("data-open-row", open);
      const link = maybe("a", row);
      if (open) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }

  /** The case that was opened takes the cursor, if it is in the list. */
  opened(code: string | undefined): void {
    if (code && this.row(code)) this.cursor = code;
    this.paint();
    this.row(code)?.scrollIntoView({ block: "nearest" });
  }

  /** Tick the case under the cursor, or untick it. */
  tick(): void {
    const row = this.row(this.cursor);
    const box = row && maybe<HTMLInputElement>("input", row);
    if (!box) return;
    this.ticks.set([box], !box.checked);
    row.scrollIntoView({ block: "nearest" });
  }

  async more(link: HTMLAnchorElement): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    const part = await partAt(link.href).finally(() => (this.loading = false));
    if (part === null) return toast(say("desk_failed"), { bad: true });
    const box = document.createElement("ol");
    box.innerHTML = part;
    link.closest("li")?.replaceWith(...box.childNodes);
    this.paint();
  }

  async refresh(): Promise<void> {
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
    if (!this.row(this.cursor)) this.cursor = this.openCode() ?? this.rows[0]?.dataset.row ?? null;
    this.paint();
    if (focused) this.focusAgain(focused, fresh);
  }

  /** The focus stays on the row it was in, or on what is the same above and beneath the rows. */
  private focusAgain(before: HTMLElement, fresh: HTMLElement): void {
    const row = before.closest<HTMLElement>("[data-row]")?.dataset.row;
    const named = (each: Element) => ["href", "name", "value", "data-open"].map((name) => each.getAttribute(name)).join(" ");
    const same = row ? maybe("a", this.row(row) ?? fresh) : all("a, button", fresh).find((each) => named(each) === named(before));
    same?.focus({ preventScroll: true });
  }
}
