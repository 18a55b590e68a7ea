// The calendar beside a field for a day or a period, by keyboard as the ARIA practices have it: arrows move, Page Up and
// Down turn the page (with Shift a year), Home and End go to the ends of a row, Enter takes, Escape leaves.
import { later, readDay, writeDay, type Kind } from "./written_days";

type Unit = "day" | "month" | "quarter" | "year";

const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
const COLUMNS: Record<Unit, number> = { day: 7, month: 3, quarter: 2, year: 3 };
const YEARS = 12;
let made = 0;

const kindOf = (input: HTMLInputElement): Kind => input.dataset.date as Kind;
const unitOf = (kind: Kind): Unit => (kind === "moment" || kind === "week" ? "day" : kind);

function named(day: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LANGUAGE, options).format(day);
}

/** The first days of what a page shows. */
function cells(unit: Unit, at: Date): Date[] {
  const year = at.getFullYear();
  if (unit === "month") return Array.from({ length: 12 }, (_, month) => new Date(year, month, 1));
  if (unit === "quarter") return Array.from({ length: 4 }, (_, quarter) => new Date(year, quarter * 3, 1));
  if (unit === "year") return Array.from({ length: YEARS }, (_, n) => new Date(year - (year % YEARS) + n, 0, 1));
  const first = new Date(year, at.getMonth(), 1);
  const monday = later(first, "day", -((first.getDay() + 6) % 7));
  const days = new Date(year, at.getMonth() + 1, 0).getDate() + ((first.getDay() + 6) % 7);
  return Array.from({ length: Math.ceil(days / 7) * 7 }, (_, n) => later(monday, "day", n));
}

function title(unit: Unit, at: Date): string {
  const page = cells(unit, at);
  if (unit === "day") {
    const label = named(at, { month: "long", year: "numeric" });
    return label.charAt(0).toUpperCase() + label.slice(1);
  }
  return unit === "year" ? `${page[0]?.getFullYear()}–${page[YEARS - 1]?.getFullYear()}` : String(at.getFullYear());
}

function words(unit: Unit, day: Date): { short: string; long: string } {
  if (unit === "day") return { short: String(day.getDate()), long: named(day, { dateStyle: "full" }) };
  if (unit === "month") return { short: named(day, { month: "short" }), long: named(day, { month: "long", year: "numeric" }) };
  const written = writeDay(day, unit);
  return { short: written.split("/")[0] ?? written, long: written };
}

/** Turns a page of the calendar. */
function turned(unit: Unit, at: Date, way: number): Date {
  if (unit === "day") return later(at, "month", way);
  return later(at, "year", unit === "year" ? way * YEARS : way);
}

/** Return the day that a key leads to; null where it does nothing here. */
function moved(unit: Unit, at: Date, event: KeyboardEvent): Date | null {
  const row = COLUMNS[unit];
  const column = unit === "day" ? (at.getDay() + 6) % 7 : cells(unit, at).findIndex((each) => same(unit, each, at)) % row;
  switch (event.key) {
    case "ArrowLeft": return later(at, unit, -1);
    case "ArrowRight": return later(at, unit, 1);
    case "ArrowUp": return later(at, unit, -row);
    case "ArrowDown": return later(at, unit, row);
    case "Home": return later(at, unit, -column);
    case "End": return later(at, unit, row - 1 - column);
    case "PageUp": return unit === "day" && event.shiftKey ? later(at, "year", -1) : turned(unit, at, -1);
    case "PageDown": return unit === "day" && event.shiftKey ? later(at, "year", 1) : turned(unit, at, 1);
    default: return null;
  }
}

function same(unit: Unit, one: Date | null, other: Date): boolean {
  return one !== null && writeDay(one, unit) === writeDay(other, unit);
}

class Calendar {
  private readonly dialog = document.createElement("dialog");
  private readonly heading = document.createElement("h2");
  private readonly grid = document.createElement("table");
  private at = new Date();

  constructor(private readonly input: HTMLInputElement) {
    const id = `calendar-${++made}`;
    this.heading.id = id;
    this.heading.className = "calendar-title";
    this.heading.setAttribute("aria-live", "polite");
    this.dialog.className = "dialog calendar";
    this.dialog.setAttribute("aria-labelledby", id);
    this.grid.setAttribute("role", "grid");
    this.grid.setAttribute("aria-labelledby", id);
    const head = document.createElement("div");
    head.className = "row apart";
    const { back = "", on = "", close = "" } = input.dataset;
    head.append(this.button("‹", back, () => this.turn(-1)), this.heading, this.button("›", on, () => this.turn(1)));
    this.dialog.append(head, this.grid, this.button(close, "", () => this.dialog.close()));
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("click", (event) => {
      const cell = (event.target as Element).closest<HTMLElement>("[data-day]");
      if (cell) this.take(readDay(cell.dataset.day ?? ""));
    });
    this.dialog.addEventListener("close", () => input.focus());
    input.closest(".field")?.append(this.dialog);
  }

  open(): void {
    this.at = readDay(this.input.value) ?? new Date();
    this.draw();
    this.dialog.showModal();
    this.focus();
  }

  private button(text: string, label: string, act: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button-quiet";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  private turn(way: number): void {
    this.at = turned(unitOf(kindOf(this.input)), this.at, way);
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.take(this.at);
      return;
    }
    const found = moved(unitOf(kindOf(this.input)), this.at, event);
    if (!found) return;
    event.preventDefault();
    this.at = found;
    this.draw();
    this.focus();
  }

  private take(day: Date | null): void {
    if (!day) return;
    this.input.value = writeDay(day, kindOf(this.input), this.input.value);
    this.dialog.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private focus(): void {
    this.grid.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  private draw(): void {
    const unit = unitOf(kindOf(this.input));
    const chosen = readDay(this.input.value);
    this.heading.textContent = title(unit, this.at);
    this.grid.replaceChildren();
    if (unit === "day") this.grid.append(this.weekdays());
    const page = cells(unit, this.at);
    const body = this.grid.createTBody();
    for (let start = 0; start < page.length; start += COLUMNS[unit]) {
      const row = body.insertRow();
      for (const day of page.slice(start, start + COLUMNS[unit])) this.cell(row, unit, day, chosen);
    }
  }

  private cell(row: HTMLTableRowElement, unit: Unit, day: Date, chosen: Date | null): void {
    const cell = row.insertCell();
    const { short, long } = words(unit, day);
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-label", long);
    cell.setAttribute("aria-selected", String(same(unit, chosen, day)));
    if (same(unit, new Date(), day)) cell.setAttribute("aria-current", "date");
    cell.tabIndex = same(unit, this.at, day) ? 0 : -1;
    cell.textContent = short;
    cell.dataset.day = writeDay(day, "day");
    if (unit === "day" && day.getMonth() !== this.at.getMonth()) cell.className = "calendar-other";
  }

  private weekdays(): HTMLTableSectionElement {
    const head = document.createElement("thead");
    const row = head.insertRow();
    const monday = new Date(2024, 0, 1);
    for (let n = 0; n < 7; n++) {
      const day = document.createElement("th");
      day.scope = "col";
      day.abbr = named(later(monday, "day", n), { weekday: "long" });
      day.textContent = named(later(monday, "day", n), { weekday: "narrow" });
      row.append(day);
    }
    return head;
  }
}

/** Puts a button beside the field that opens the calendar. */
export function dateField(input: HTMLInputElement): void {
  const frame = document.createElement("div");
  frame.className = "date-field";
  const open = document.createElement("button");
  open.type = "button";
  open.className = "button button-icon";
  open.setAttribute("aria-haspopup", "dialog");
  const label = input.labels?.[0]?.textContent?.trim() ?? "";
  open.setAttribute("aria-label", `${input.dataset.pick ?? ""}: ${label}`);
  open.innerHTML = '<span class="calendar-mark" aria-hidden="true"></span>';
  const held = document.activeElement === input;
  input.replaceWith(frame);
  frame.append(input, open);
  if (held) input.focus(); // what is taken out and put back loses it
  let calendar: Calendar | undefined;
  open.addEventListener("click", () => (calendar ??= new Calendar(input)).open());
}
