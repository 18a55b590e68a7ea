import { describe, expect, it } from "vitest";
import { later, readDay, writeDay } from "./written_days";

describe("a day as people write it", () => {
  it.each([
    ["5/11/2026", "05/11/2026"],
    ["05-11-2026", "05/11/2026"],
    ["2026-11-05", "05/11/2026"],
    ["05/11/2026 08:30", "05/11/2026"],
    ["11/2026", "01/11/2026"],
    ["Q4/2026", "01/10/2026"],
    ["quý 2/2026", "01/04/2026"],
    ["2026", "01/01/2026"],
  ])("%s", (text, day) => expect(writeDay(readDay(text) as Date, "day")).toBe(day));

  it.each(["", "31/02/2026", "13/2026", "hôm qua", "11/05"])("%s is none", (text) => expect(readDay(text)).toBeNull());

  it("is shown as its kind", () => {
    const day = new Date(2026, 10, 5);
    expect(writeDay(day, "month")).toBe("11/2026");
    expect(writeDay(day, "quarter")).toBe("Q4/2026");
    expect(writeDay(day, "year")).toBe("2026");
    expect(writeDay(day, "moment", "01/01/2026 7:45")).toBe("05/11/2026 07:45");
    expect(writeDay(day, "moment")).toBe("05/11/2026 08:00");
  });

  it("stays in the month it is moved to", () => {
    expect(writeDay(later(new Date(2026, 0, 31), "month", 1), "day")).toBe("28/02/2026");
    expect(writeDay(later(new Date(2028, 1, 29), "year", -1), "day")).toBe("28/02/2027");
    expect(writeDay(later(new Date(2026, 11, 31), "day", 1), "day")).toBe("01/01/2027");
  });
});
