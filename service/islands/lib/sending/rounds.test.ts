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
});
