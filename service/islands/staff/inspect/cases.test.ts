import { beforeEach, describe, expect, it, vi } from "vitest";
import { json, page, Service } from "../../testing/service";
import type { Case } from "../../lib/storage/round_store";
import type { Cases as CasesType } from "./cases";

const ASKED = /GET \/api\/v1\/inspections\/cases/;

function item(code: string, change: Partial<Case> = {}): Case {
  return { code, title: "", icon: "", status: "resolved", description: "", address: "", ward: null, location: { lon: 107.6, lat: 16.4 }, photos: [], verify_by: null, radius_m: 100, version: 1, open: true, ...change };
}

let service: Service;
let made: () => Promise<CasesType>;

beforeEach(async () => {
  vi.resetModules();
  const { Cases } = await import("./cases");
  service = new Service();
  made = async () => {
    const cases = new Cases();
    await cases.load();
    return cases;
  };
});

const round = (...items: Case[]) => json(200, { total: items.length, items });
const codes = (cases: CasesType, ...asked: Parameters<CasesType["inOrder"]>) => cases.inOrder(...asked).map((each) => each.code);

describe("an inspector's cases", () => {
  it("come by deadline, emergencies before all, those without a deadline first to be looked at", async () => {
    service.on(ASKED, round(item("late", { verify_by: "2026-12-02" }), item("soon", { verify_by: "2026-11-29" }), item("wire", { verify_by: "2026-12-09", emergency: true })));
    const cases = await made();
    expect(await cases.refresh("deadline", null)).toBe(true);
    expect(codes(cases, "deadline", null)).toEqual(["wire", "soon", "late"]);
  });

  it("come by distance from where one stands", async () => {
    service.on(ASKED, round(item("far", { location: { lon: 107.9, lat: 16.4 } }), item("near", { location: { lon: 107.61, lat: 16.4 } })));
    const cases = await made();
    await cases.refresh("distance", { lon: 107.6, lat: 16.4 });
    expect(codes(cases, "distance", { lon: 107.6, lat: 16.4 })).toEqual(["near", "far"]);
  });

  it("are those that were kept where the network is away or somebody else answers", async () => {
    service.on(ASKED, round(item("a"), item("b")), page(200), new TypeError("no network"));
    await (await made()).refresh("deadline", null);
    for (const _ of ["a portal", "nothing"]) {
      const cases = await made();
      expect(await cases.refresh("deadline", null)).toBe(false);
      expect([cases.kept, cases.total]).toEqual([true, 2]);
    }
  });

  it("that were chosen stay until a verdict is given, others go with the list", async () => {
    service.on(/GET \/inspect\//, page(200)).on(ASKED, round(item("mine"), item("other")), round(item("new")));
    const cases = await made();
    await cases.refresh("deadline", null);
    await cases.choose("mine", true);
    await cases.refresh("deadline", null);
    expect(codes(cases, "deadline", null).sort()).toEqual(["mine", "new"]);
    await cases.done("mine");
    expect((await made()).get("mine")).toBeUndefined();
  });
});
