// Days and periods as people write them; the server reads the same (`domain/kernel/written_days.py`).

export type Kind = "day" | "moment" | "week" | "month" | "quarter" | "year";

const two = (n: number): string => String(n).padStart(2, "0");

function made(year: number, month: number, day: number): Date | null {
  const found = new Date(year, month - 1, day);
  return found.getMonth() === month - 1 && found.getDate() === day ? found : null;
}

/** The day that is written, or the first of a month, quarter or year; null for anything else. */
export function readDay(text: string): Date | null {
  const trimmed = text.trim();
  let found = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})/.exec(trimmed);
  if (found) return made(Number(found[3]), Number(found[2]), Number(found[1]));
  found = /^(\d{4})-(\d{2})-(\d{2})/.exec(trimmed);
  if (found) return made(Number(found[1]), Number(found[2]), Number(found[3]));
  found = /^(?:quý|quy|q)\s*([1-4])\s*[/.-]\s*(\d{4})$/i.exec(trimmed);
  if (found) return made(Number(found[2]), Number(found[1]) * 3 - 2, 1);
  found = /^(\d{1,2})\s*[/.-]\s*(\d{4})$/.exec(trimmed);
  if (found) return made(Number(found[2]), Number(found[1]), 1);
  return /^\d{4}$/.test(trimmed) ? made(Number(trimmed), 1, 1) : null;
}

/** The day as a field of this kind shows it; a moment keeps the hour that was `before` in the field. */
export function writeDay(day: Date, kind: Kind, before = ""): string {
  const year = String(day.getFullYear());
  if (kind === "year") return year;
  if (kind === "quarter") return `Q${Math.floor(day.getMonth() / 3) + 1}/${year}`;
  if (kind === "month") return `${two(day.getMonth() + 1)}/${year}`;
  const written = `${two(day.getDate())}/${two(day.getMonth() + 1)}/${year}`;
  if (kind !== "moment") return written;
  const clock = /(\d{1,2}):(\d{2})/.exec(before);
  return `${written} ${clock ? `${two(Number(clock[1]))}:${clock[2]}` : "08:00"}`;
}

/** The day so many days, months, quarters or years later; the last of a month stays within it. */
export function later(day: Date, unit: "day" | "month" | "quarter" | "year", n: number): Date {
  if (unit === "day") return new Date(day.getFullYear(), day.getMonth(), day.getDate() + n);
  const months = { month: 1, quarter: 3, year: 12 }[unit] * n;
  const last = new Date(day.getFullYear(), day.getMonth() + months + 1, 0).getDate();
  return new Date(day.getFullYear(), day.getMonth() + months, Math.min(day.getDate(), last));
}
