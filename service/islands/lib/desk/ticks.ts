// What is ticked on the desk: kept by the cases' codes, whatever is drawn anew, until it was done or the person unticks it.
import { all, maybe, one } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";

const BOX = "[data-row] input[name=case]";

export class Ticks {
  private codes = new Set<string>();

  constructor(private readonly page: HTMLElement) {
    this.read();
  }

  get count(): number {
    return this.codes.size;
  }

  /** The boxes were changed by hand: what they say counts from now on. */
  read(): void {
    this.codes = new Set(this.boxes().filter((box) => box.checked).map(codeOf));
    this.paint();
  }

  set(boxes: HTMLInputElement[], ticked: boolean): void {
    for (const box of boxes) box.checked = ticked;
    this.read();
  }

  /** All rows that are there, or none if all are ticked. */
  all(): void {
    const boxes = this.boxes();
    this.set(boxes, this.codes.size < boxes.length);
  }

  none(): void {
    this.set(this.boxes(), false);
  }

  /** The person dealt with this one by itself. */
  drop(code: string | undefined): void {
    for (const box of this.boxes()) if (codeOf(box) === code) box.checked = false;
    this.read();
  }

  /** After the rows were drawn anew: the same cases are ticked; of those that left the desk the person is told. */
  restore(): void {
    const boxes = this.boxes();
    for (const box of boxes) box.checked = this.codes.has(codeOf(box));
    const here = new Set(boxes.map(codeOf));
    const gone = [...this.codes].filter((code) => !here.has(code));
    if (gone.length) toast(say("desk_ticked_gone", { n: gone.length }));
    for (const code of gone) this.codes.delete(code);
    this.paint();
  }

  /** A step with several is over: what was done is no longer ticked, beside what was refused stands why. */
  settle(results: HTMLElement): void {
    const refused = refusals(results);
    this.codes = new Set(refused.keys());
    for (const box of this.boxes()) box.checked = this.codes.has(codeOf(box));
    this.paint();
    this.explain(refused);
  }

  /** Say beside each row why its step was refused; called anew after the rows were drawn anew. */
  explain(refused: Map<string, string>): void {
    for (const row of all("[data-row]", this.page)) {
      const why = refused.get(row.dataset.row ?? "");
      const place = maybe("[data-refused-why]", row);
      if (!place) continue;
      place.hidden = why === undefined;
      place.textContent = why ?? "";
    }
  }

  private boxes(): HTMLInputElement[] {
    return all<HTMLInputElement>(BOX, this.page);
  }

  private paint(): void {
    const bar = maybe("[data-bulk]", this.page);
    if (!bar) return;
    bar.hidden = this.codes.size === 0;
    one("[data-bulk-count]", bar).textContent = String(this.codes.size);
  }
}

/** The refusals that a part with results tells, by code. */
export function refusals(results: HTMLElement | null): Map<string, string> {
  const each = results ? all("[data-bulk-refused]", results) : [];
  return new Map(each.map((row) => [row.dataset.bulkRefused ?? "", maybe("span", row)?.textContent ?? ""]));
}

function codeOf(box: HTMLInputElement): string {
  return box.value.split(":")[0] ?? "";
}
