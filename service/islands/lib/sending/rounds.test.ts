import { beforeEach, expect, it, vi } from "vitest";
import { json, Service } from "../../testing/service";

const PHOTOS = /POST .*\/photos$/;
const VERDICTS = /POST \/api\/v1\/inspections$/;

beforeEach(() => vi.resetModules());

it("a photo that the case has already is the one that the verdict names", async () => {
  const { flushRound } = await import("./rounds");
  const { enqueue, queued, roundStore } = await import("../storage/round_store");
  const service = new Service()
    .on(PHOTOS, json(200, { id: "theirs", state: "ready", width: 4, height: 3 }))
    .on(VERDICTS, json(201, { id: "v1", report: { code: "HUE-AAAA-AA" } }));
  await roundStore().put("me", { account: "an", csrf: "t" }, "me");
  const verdict = { id: "v1", report: "HUE-AAAA-AA", verdict: "passed" as const, version: 3, photos: ["ours"], decided_at: "", photo_at: null, position: null, reason: "", explanation: "" };
  const shot = { id: "ours", item: "v1", order: 0, type: "image/jpeg", bytes: new ArrayBuffer(8), at: null, sent: false };
  await enqueue({ id: "v1", account: "an", title: "", code: "HUE-AAAA-AA", verdict, state: "waiting", createdAt: 1, tries: 0, nextAt: 0 }, [shot]);
  await flushRound(service.line, { eager: true });
  expect(service.bodies(VERDICTS)).toEqual([{ ...verdict, photos: ["theirs"] }]);
  expect(await queued()).toEqual([]);
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
