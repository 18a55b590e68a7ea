import { beforeEach, describe, expect, it, vi } from "vitest";
import { json, Service } from "../../testing/service";
import type { Queued } from "../storage/round_store";

const SIGHTS = /PUT \/api\/v1\/surveys\/V26-0001\/points\/p1$/;
const PHOTOS = /POST \/api\/v1\/reports\/HUE-AAAA-AA\/photos$/;
const PHOTO = { id: "s1", state: "raw", width: 4, height: 3 };
const BODY = { state: "fault" as const, note: "Cáp đứt", category: "hanging_cable", report: "r1", location: null, seen_at: "2026-11-29T08:00:00Z" };

let rounds: typeof import("./rounds");
let store: typeof import("../storage/round_store");
let service: Service;

beforeEach(async () => {
  vi.resetModules();
  rounds = await import("./rounds");
  store = await import("../storage/round_store");
  service = new Service().on(PHOTOS, json(201, PHOTO));
  await store.roundStore().put("me", { account: "an", csrf: "token" }, "me");
  const item: Queued = { id: "p1", account: "an", title: "", code: "", sight: { survey: "V26-0001", point: "p1", body: BODY }, state: "waiting", createdAt: 1, tries: 0, nextAt: 0 };
  await store.enqueue(item, [{ id: "s1", item: "p1", order: 0, type: "image/jpeg", bytes: new ArrayBuffer(8), at: null, sent: false }]);
});

const flush = () => rounds.flushRound(service.line, { eager: true });
const seen = (secret: string | null) => json(201, { id: "p1", state: "fault", counted: secret !== null, report: { id: "r1", code: "HUE-AAAA-AA", secret } });

describe("a fault at a survey's point", () => {
  it("is sent again, the same, where the answer was lost, and its photos once", async () => {
    service.on(SIGHTS, new TypeError("no network"), seen("s"));
    await flush();
    expect(await store.queued()).toHaveLength(1);
    await flush();
    await flush();
    expect(service.bodies(SIGHTS)).toEqual([BODY, BODY]);
    expect(service.bodies(PHOTOS)).toHaveLength(1);
    expect(await store.queued()).toEqual([]);
    expect(await store.shotsOf("p1")).toEqual([]);
  });

  it("is a note without photos where somebody else was first", async () => {
    service.on(SIGHTS, seen(null));
    await flush();
    expect(service.bodies(PHOTOS)).toEqual([]);
    expect(await store.queued()).toEqual([]);
  });

  it("stays where the answer is about another point", async () => {
    service.on(SIGHTS, json(200, { id: "p2", counted: true, report: null }));
    await flush();
    expect(await store.queued()).toMatchObject([{ state: "waiting", tries: 1 }]);
  });
});
