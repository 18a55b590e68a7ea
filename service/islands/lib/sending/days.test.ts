import { beforeEach, expect, it, vi } from "vitest";
import { json, page, problem, Service } from "../../testing/service";
import type { DayKind, DayOrder } from "../storage/day_store";

const PHOTOS = /POST .*\/photos\?kind=(before|after)$/;
const ATTENDANCE = /POST .*\/attendance$/;
const CHECKS = /PUT .*\/checks\/.*$/;
const RESULT = /PUT .*\/result$/;
const CODE = "R26-0001";
const done = (code: string) => json(200, { code, result: {}, status: "done" });

beforeEach(async () => {
  vi.resetModules();
  indexedDB.deleteDatabase("hientruong-day");
});

let made = 0;

function order(kind: DayKind, about: string, body: Record<string, unknown> = {}, changes: Partial<DayOrder> = {}): DayOrder {
  made += 1;
  return { id: `o${made}`, about, account: "an", code: CODE, kind, body, kept: {}, state: "waiting", createdAt: made, tries: 0, nextAt: 0, ...changes };
}

async function begin() {
  const { flushDay } = await import("./days");
  const store = await import("../storage/day_store");
  await store.dayStore().put("lead", { account: "an", csrf: "t" }, "lead");
  return { ...store, flushDay };
}

it("forty came, six checks and four photos of half an hour without a network arrive once, the result last", async () => {
  const { flushDay, dayOrders, enqueueDay } = await begin();
  const service = new Service();
  const arrivals: { id: string; came: number }[] = [];
  await enqueueDay(order("result", "result", { version: 3, people: 44 }));
  for (let n = 1; n <= 40; n += 1) {
    arrivals.push({ id: `s${n}`, came: 1 });
    await enqueueDay(order("attendance", "attendance", { arrivals: [...arrivals], walk_ins: 4 }));
  }
  for (let n = 0; n < 6; n += 1) {
    await enqueueDay(order("check", `check-${n}`, { check: `c${n}`, state: "not_needed" }));
    await enqueueDay(order("check", `check-${n}`, { check: `c${n}`, state: "done" }));
  }
  for (let n = 0; n < 4; n += 1) await enqueueDay(order("photo", `photo-${n}`, {}, { photo: { kind: "after", type: "image/jpeg", bytes: new ArrayBuffer(8) } }));
  await flushDay(service.line, { eager: true });
  expect((await dayOrders()).length).toBe(12);
  service.calls.length = 0;
  // The network comes back and goes again: answers that were lost are asked for anew, by the same ids.
  const photo = json(201, { id: "p", state: "ready", width: 4 });
  service.on(PHOTOS, photo, new TypeError("gone"), photo, page(200), photo).on(ATTENDANCE, json(200, { came: 44 })).on(CHECKS, json(200, { id: "c" })).on(RESULT, done(CODE));
  for (let n = 0; n < 3; n += 1) await flushDay(service.line, { eager: true });
  expect(await dayOrders()).toEqual([]);
  const ids = service.bodies(PHOTOS).map((body) => String((body as FormData).get("id")));
  expect([ids.length, new Set(ids).size]).toEqual([6, 4]);
  expect(service.bodies(ATTENDANCE)).toEqual([{ arrivals, walk_ins: 4 }]);
  expect(service.bodies(CHECKS)).toEqual(Array.from({ length: 6 }, () => ({ state: "done" })));
  expect(service.bodies(RESULT)).toEqual([{ version: 3, people: 44 }]);
  expect(service.calls.at(-1)?.path).toMatch(/result$/);
});

it("a result is given although the clean-up began meanwhile, but not over another result", async () => {
  const { flushDay, dayOrders, enqueueDay } = await begin();
  const now = /GET .*\/cleanups\/R26-0001$/;
  const service = new Service().on(RESULT, problem(409, { version: 4 }), done(CODE)).on(now, json(200, { status: "under_way", version: 4, result: null }));
  await enqueueDay(order("result", "result", { version: 3, people: 9 }));
  await flushDay(service.line);
  expect(service.bodies(RESULT)).toEqual([{ version: 3, people: 9 }, { version: 4, people: 9 }]);
  service.on(RESULT, problem(409, { version: 5 })).on(now, json(200, { status: "done", version: 5, result: { people: 7 } }));
  await enqueueDay(order("result", "result", { version: 3, people: 9 }));
  await flushDay(service.line);
  expect((await dayOrders()).map((each) => each.state)).toEqual(["refused"]);
});

it("a result waits for what was refused before it, and nothing is sent for another account", async () => {
  const { flushDay, dayOrders, enqueueDay, dayStore } = await begin();
  const service = new Service().on(CHECKS, problem(403)).on(RESULT, done(CODE));
  await enqueueDay(order("check", "check-1", { check: "c1", state: "done" }));
  await enqueueDay(order("result", "result", { version: 3, people: 9 }));
  await flushDay(service.line);
  expect(service.bodies(RESULT)).toEqual([]);
  expect((await dayOrders()).map((each) => each.state)).toEqual(["refused", "waiting"]);
  await dayStore().put("lead", { account: "binh", csrf: "u" }, "lead");
  service.calls.length = 0;
  await flushDay(service.line, { eager: true });
  expect(service.calls).toEqual([]);
});

it("who is signed out is asked to sign in, and nothing is lost", async () => {
  const { flushDay, dayOrders, enqueueDay } = await begin();
  const service = new Service().on(ATTENDANCE, problem(401));
  await enqueueDay(order("attendance", "attendance", { arrivals: [] }));
  await enqueueDay(order("check", "check-1", { check: "c1", state: "done" }));
  await flushDay(service.line);
  expect((await dayOrders()).map((each) => each.state)).toEqual(["signin", "waiting"]);
});
