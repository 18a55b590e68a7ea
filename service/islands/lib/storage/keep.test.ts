import { describe, expect, it, vi } from "vitest";
import { Keep } from "./keep";

interface Row {
  id: string;
  of: string;
  text: string;
}

const made = () => new Keep<{ rows: Row }>("kept", { rows: { keyPath: "id", index: "of" } });
const row = (id: string, change: Partial<Row> = {}): Row => ({ id, of: "a", text: "", ...change });

describe.each([
  ["a database", () => undefined],
  ["none at all", () => vi.stubGlobal("indexedDB", undefined)],
  [
    "one that lets nothing in",
    () => {
      const refuse = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
      vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(refuse);
    },
  ],
])("what is kept with %s", (_, stand) => {
  it("is found again, by its key and by what it belongs to", async () => {
    stand();
    const keep = made();
    await keep.put("rows", row("1"));
    await keep.put("rows", row("2", { of: "b" }));
    expect(await keep.get("rows", "1")).toEqual(row("1"));
    expect((await keep.getAll("rows")).map((each) => each.id).sort()).toEqual(["1", "2"]);
    expect((await keep.getAll("rows", "b")).map((each) => each.id)).toEqual(["2"]);
  });

  it("is changed as it lies there, and stays gone where it is gone", async () => {
    stand();
    const keep = made();
    await keep.put("rows", row("1"));
    await keep.amend("rows", "1", (value) => ({ ...value, text: "mới" }));
    expect(await keep.get("rows", "1")).toEqual(row("1", { text: "mới" }));
    await keep.delete("rows", "1");
    await keep.amend("rows", "1", (value) => ({ ...value, text: "lại" }));
    expect(await keep.get("rows", "1")).toBeUndefined();
  });

  it("is put and dropped together", async () => {
    stand();
    const keep = made();
    await keep.put("rows", row("1"));
    await keep.change({ put: [["rows", row("2")]], drop: [["rows", "1"]] });
    expect((await keep.getAll("rows")).map((each) => each.id)).toEqual(["2"]);
    await keep.clear("rows");
    expect(await keep.getAll("rows")).toEqual([]);
  });
});

describe("what was kept before", () => {
  it("is there for the next page", async () => {
    await made().put("rows", row("1"));
    expect(await made().get("rows", "1")).toEqual(row("1"));
  });

  it("is hidden by what only memory could take, and says so", async () => {
    const keep = made();
    await keep.put("rows", row("1"));
    expect(keep.volatile).toBe(false);
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await keep.put("rows", row("1", { text: "mới" }));
    expect(keep.volatile).toBe(true);
    expect(await keep.getAll("rows")).toEqual([row("1", { text: "mới" })]);
  });
});
