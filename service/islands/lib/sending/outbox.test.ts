import { beforeEach, describe, expect, it, vi } from "vitest";
import { json, page, problem, Service } from "../../testing/service";
import type { flush as Flush, nextTry as NextTry } from "./outbox";
import type { KeptPhoto, Submission, Waiting } from "../storage/store";

const REPORTS = /POST \/api\/v1\/reports$/;
const PHOTOS = /POST .*\/photos$/;
const PIECES = /(GET|PATCH) .*\/upload/;
const OWN = /GET .*\/HUE-BBBB-BB\/own$/;
const COMMENTS = /POST .*\/comments$/;
const RECEIPT = { id: "r1", code: "HUE-AAAA-AA", secret: "s", status: "received" };
const PHOTO = { id: "p1", state: "raw", width: 4, height: 3 };

let outbox: { flush: typeof Flush; nextTry: typeof NextTry };
let store: typeof import("../storage/store");
let service: Service;

beforeEach(async () => {
  vi.resetModules(); // each test is a phone of its own
  outbox = await import("./outbox");
  store = await import("../storage/store");
  service = new Service().on(/GET \/r\//, page(200));
});

function submission(change: Partial<Submission> = {}): Submission {
  return { id: "r1", category: "litter", description: "Rác", location: { lon: 107.59, lat: 16.46 }, address: "", attributes: {}, anonymous: false, ...change };
}

async function wait(change: Partial<Waiting> = {}, ...photos: Partial<KeptPhoto>[]): Promise<void> {
  const report: Waiting = { id: "r1", body: submission(), kind: "Rác", state: "waiting", createdAt: 1, tries: 0, nextAt: 0, ...change };
  await store.store().put("outbox", report);
  for (const [order, photo] of photos.entries()) {
    await store.store().put("photos", { id: `p${order + 1}`, report: report.id, order, type: "image/jpeg", bytes: new ArrayBuffer(8), state: "waiting", ...photo });
  }
}

const waiting = (id = "r1") => store.store().get("outbox", id);
const flush = () => outbox.flush(service.line, { eager: true });

describe("a report that waits", () => {
  it("is sent once, kept as sent and no longer waits", async () => {
    service.on(REPORTS, json(201, RECEIPT));
    await wait();
    await flush();
    await flush();
    expect(service.bodies(REPORTS)).toEqual([submission()]);
    expect(await waiting()).toBeUndefined();
    expect(await store.store().get("sent", RECEIPT.code)).toMatchObject({ id: "r1", secret: "s" });
  });

  it.each([
    ["no network", new TypeError("no network")],
    ["a portal's page", page(200)],
    ["a proxy's 413", page(413)],
    ["an answer to somebody else", json(201, { ...RECEIPT, id: "other" })],
    ["a fault", problem(500)],
  ])("stays, unchanged, after %s", async (_, answer) => {
    service.on(REPORTS, answer);
    await wait({}, {});
    await flush();
    expect(await waiting()).toMatchObject({ state: "waiting", tries: 1, body: submission() });
    expect(await store.photosOf("r1")).toHaveLength(1);
  });

  it("is tried later and later, as late as the service says, five minutes apart at most", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    service.on(REPORTS, problem(503), problem(503, {}, { "retry-after": "60" }), problem(503));
    await wait();
    const pauses = [];
    for (let tries = 0; tries < 12; tries += 1) {
      await flush();
      pauses.push(((await outbox.nextTry()) ?? 0) - Date.now());
    }
    vi.useRealTimers();
    expect(pauses.slice(0, 4)).toEqual([2000, 60_000, 8000, 16_000]);
    expect(pauses.at(-1)).toBe(300_000);
  });

  it("waits for its time unless somebody asks", async () => {
    service.on(REPORTS, json(201, RECEIPT));
    await wait({ nextAt: Date.now() + 60_000 });
    await outbox.flush(service.line);
    expect(service.calls).toEqual([]);
    await flush();
    expect(service.bodies(REPORTS)).toHaveLength(1);
  });

  it("comes back with the reason where it is refused, and is not sent by itself again", async () => {
    service.on(REPORTS, problem(422, { detail: "Số điện thoại chưa đúng." }));
    await wait();
    await flush();
    await flush();
    expect(await waiting()).toMatchObject({ state: "refused", problem: { status: 422, detail: "Số điện thoại chưa đúng." } });
    expect(service.bodies(REPORTS)).toHaveLength(1);
    expect(await outbox.nextTry()).toBeNull();
  });

  it("does not keep others from being sent while one is refused, and keeps them while the network is away", async () => {
    service.on(REPORTS, (call) => ((call.body as Submission).id === "r1" ? problem(422) : json(201, { ...RECEIPT, id: "r2" })));
    await wait();
    await wait({ id: "r2", body: submission({ id: "r2" }), createdAt: 2 });
    await flush();
    expect(await waiting("r2")).toBeUndefined();
    service.on(REPORTS, new TypeError("no network"));
    await wait({ id: "r3", createdAt: 3 });
    await wait({ id: "r4", createdAt: 4 });
    await flush();
    expect([(await waiting("r3"))?.tries, (await waiting("r4"))?.tries]).toEqual([1, 0]);
  });

  it("takes an id of its own where another report has the one it had", async () => {
    service.on(REPORTS, problem(409), (call) => json(201, { ...RECEIPT, id: (call.body as Submission).id }));
    await wait();
    await flush();
    const [first, second] = service.bodies(REPORTS) as Submission[];
    expect(first?.id).toBe("r1");
    expect(second?.id).not.toBe("r1");
    expect(second?.description).toBe("Rác");
    expect(await waiting()).toBeUndefined();
  });

  it("that arrived before it was changed stays one, and the change is a remark", async () => {
    service.on(REPORTS, problem(409), json(200, RECEIPT)).on(COMMENTS, json(201, { id: "r1", text: "x", kind: "remark" }));
    await wait({ before: submission(), body: submission({ description: "Rác và xà bần" }) });
    await flush();
    expect(service.bodies(COMMENTS)).toEqual([{ id: "r1", text: "Rác và xà bần" }]);
    expect(await waiting()).toBeUndefined();
  });

  it("that follows one which was there brings its words to it, once", async () => {
    const follow = /POST .*\/HUE-BBBB-BB\/follow$/;
    service.on(OWN, json(200, { secret: null, role: null })).on(follow, json(201, { id: "f", secret: "s" })).on(COMMENTS, new TypeError("no network"), json(201, { id: "r1", text: "Rác", kind: "remark" }));
    await wait({ follow: "HUE-BBBB-BB" });
    await flush();
    await flush();
    expect(service.bodies(follow)).toHaveLength(1);
    expect(service.bodies(COMMENTS)).toHaveLength(2);
    expect(await waiting()).toBeUndefined();
  });

  it("that follows one's own report is no follower's, also where only the cookie knows it", async () => {
    const follow = /POST .*\/HUE-BBBB-BB\/follow$/;
    service.on(OWN, json(200, { secret: "mine", role: "reporter" })).on(COMMENTS, json(201, { id: "r1", text: "Rác", kind: "remark" }));
    await wait({ follow: "HUE-BBBB-BB" });
    await flush();
    expect(service.bodies(follow)).toHaveLength(0);
    expect(await store.store().get("sent", "HUE-BBBB-BB")).toMatchObject({ secret: "mine" });
    expect(await waiting()).toBeUndefined();
  });

  it("deleted while it is on its way does not come back", async () => {
    service.on(REPORTS, () => problem(503));
    await wait();
    const sending = flush();
    await store.forgetWaiting("r1");
    await sending;
    expect(await waiting()).toBeUndefined();
  });
});

describe("its photos", () => {
  beforeEach(() => service.on(REPORTS, json(201, RECEIPT)));

  it("leave the phone when the service has them, not before", async () => {
    service.on(PHOTOS, page(200), json(201, PHOTO));
    await wait({}, {});
    await flush();
    expect(await store.photosOf("r1")).toHaveLength(1);
    await flush();
    expect(await store.photosOf("r1")).toEqual([]);
    expect(await waiting()).toBeUndefined();
  });

  it("that are refused stay with the reason, the others go", async () => {
    service.on(PHOTOS, problem(422, { detail: "Ảnh bị hỏng." }), json(201, PHOTO));
    await wait({}, {}, {});
    await flush();
    expect(await store.photosOf("r1")).toMatchObject([{ id: "p1", state: "refused", problem: { detail: "Ảnh bị hỏng." } }]);
    expect(await waiting()).toMatchObject({ state: "refused", code: RECEIPT.code });
    expect(await store.countWaiting()).toEqual({ reports: 0, photos: false, refused: 1 });
  });

  it("that are large go on where the service says that they are", async () => {
    const length = 300 * 1024;
    service.on(PIECES, json(200, { offset: 256 * 1024, photo: null }), json(200, { offset: length, photo: PHOTO }));
    await wait({}, { bytes: new ArrayBuffer(length) });
    await flush();
    const sent = service.calls.filter((each) => each.method === "PATCH");
    expect(sent.map((each) => [new URL(each.path, "http://x").searchParams.get("offset"), (each.body as ArrayBuffer).byteLength])).toEqual([["262144", 45056]]);
    expect(await waiting()).toBeUndefined();
  });

  it("are not asked for ever where a piece does not count", async () => {
    service.on(PIECES, json(200, { offset: 0, photo: null }));
    await wait({}, { bytes: new ArrayBuffer(200 * 1024) });
    await flush();
    expect(service.calls.filter((each) => each.method === "PATCH")).toHaveLength(1);
    expect(await store.photosOf("r1")).toHaveLength(1);
  });
});

describe("a step of a case", () => {
  const step = { action: "/case/HUE-AAAA-AA/step", token: "t", file: "photos", account: "hepco", fields: { step: "resolved", evidence: ["e1", "e2"] } };

  it("goes whole with its photos, and stands on no citizen's list", async () => {
    await wait({ state: "sent", code: RECEIPT.code, addition: step }, {}, {});
    expect(await store.waitingWithPhotos()).toEqual([]);
    await flush();
    expect(await waiting()).toMatchObject({ state: "sent", tries: 1 });
    service.on(/POST \/case\//, json(200, { page: "/case/HUE-AAAA-AA?done=resolved" }));
    await flush();
    const [, sent] = service.bodies(/POST \/case\//) as FormData[];
    expect([sent?.getAll("evidence"), sent?.getAll("photos").length]).toEqual([["e1", "e2"], 2]);
    expect(await waiting()).toBeUndefined();
    expect(await store.photosOf("r1")).toEqual([]);
  });

  it("that is refused stays with the reason", async () => {
    service.on(/POST \/case\//, problem(409, { detail: "Có người vừa cập nhật" }));
    await wait({ state: "sent", code: RECEIPT.code, addition: step }, {});
    await flush();
    expect(await waiting()).toMatchObject({ state: "refused", problem: { detail: "Có người vừa cập nhật" } });
    expect(await store.photosOf("r1")).toHaveLength(1);
  });
});
