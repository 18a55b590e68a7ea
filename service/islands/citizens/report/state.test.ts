import { beforeEach, describe, expect, it, vi } from "vitest";
import { leave } from "../../testing/browser";
import type { Place } from "../../lib/storage/store";
import { isWithin } from "./geometry";
import type { Begun, State as StateType } from "./state";

let State: typeof StateType;
let store: typeof import("../../lib/storage/store");

/** A page opened in place of the former one, in the same tab. */
async function opened(begun?: Begun, isHere?: (place: Place) => boolean): Promise<StateType> {
  leave();
  vi.resetModules();
  ({ State } = await import("./state"));
  store = await import("../../lib/storage/store");
  const state = new State(isHere);
  await state.load(begun);
  return state;
}

beforeEach(() => vi.stubGlobal("navigator", {}));

describe("a draft", () => {
  it("is there again, with its photos, when the page is loaded anew", async () => {
    const state = await opened();
    Object.assign(state.draft, { category: "litter", description: "Rác" });
    await state.keep();
    await state.addPhoto({ id: "p", report: state.draft.id, order: 0, type: "image/jpeg", bytes: new ArrayBuffer(4), state: "waiting" });
    const again = await opened();
    expect(again.draft).toMatchObject({ id: state.draft.id, category: "litter", description: "Rác" });
    expect(again.photos.map((each) => each.id)).toEqual(["p"]);
    expect(again.begun).toBe(true);
  });

  it("that was begun in a conversation has its id and words, and goes on from what was changed since", async () => {
    const before = await opened();
    before.draft.description = "Việc khác";
    await before.keep();
    const begun = { id: "0a0a0a0a-0000-4000-8000-000000000001", description: "Rác đầu kiệt", address: "12 Lê Lợi" };
    const state = await opened(begun);
    expect(state.draft).toMatchObject(begun);
    state.draft.description = "Rác đầu kiệt 5";
    await state.keep();
    expect((await opened(begun)).draft).toMatchObject({ id: begun.id, description: "Rác đầu kiệt 5" });
    expect((await store.store().getAll("draft")).map((each) => each.description)).toContain("Việc khác");
    await state.handOver();
    await store.store().put("sent", { code: "HUE-AAAA-AA", id: begun.id, secret: "s", kind: "", description: "", sentAt: 1 });
    expect((await opened(begun)).draft.id).not.toBe(begun.id);
  });

  it("is another one after it was dropped or handed over", async () => {
    const state = await opened();
    await state.keep();
    const { id } = state.draft;
    await state.startAnew();
    expect(state.draft.id).not.toBe(id);
    expect(await store.store().getAll("draft")).toEqual([]);
    state.draft.description = "Nữa";
    await state.keep();
    await state.handOver();
    expect((await opened()).begun).toBe(false);
  });

  it("has place and time of photos that are there, of none that was taken off", async () => {
    const state = await opened();
    const photo = { report: state.draft.id, order: 0, type: "image/jpeg", bytes: new ArrayBuffer(4), state: "waiting" as const };
    await state.addPhoto({ ...photo, id: "p1", place: { lon: 107.6, lat: 16.4 }, takenAt: "2026-11-28T09:00:00+07:00" });
    state.draft.usePhotoTime = true;
    expect(state.draft.photoPlace).toEqual({ lon: 107.6, lat: 16.4 });
    await state.removePhoto("p1");
    expect([state.draft.photoPlace, state.draft.photoTime, state.draft.usePhotoTime]).toEqual([undefined, undefined, false]);
  });

  it("takes no place from a photo that was taken in another city", async () => {
    const state = await opened(undefined, (place) => isWithin("107,16,108.3,16.8", place));
    const photo = { report: state.draft.id, order: 0, type: "image/jpeg", bytes: new ArrayBuffer(4), state: "waiting" as const };
    await state.addPhoto({ ...photo, id: "p1", place: { lon: 2.35, lat: 48.85 } });
    expect(state.draft.photoPlace).toBeUndefined();
    await state.addPhoto({ ...photo, id: "p2", place: { lon: 107.6, lat: 16.4 } });
    expect(state.draft.photoPlace).toEqual({ lon: 107.6, lat: 16.4 });
  });

  it("is sent tidied: no empty answers, no contact of who stays unnamed, a local time with its zone", async () => {
    const state = await opened();
    Object.assign(state.draft, {
      category: "litter",
      description: "  Rác ",
      place: { lon: 107.59, lat: 16.46 },
      answers: { size: "big", since: "2026-11-28T07:30", empty: "", none: [] },
      contact: { phone: "0905" },
      anonymous: true,
    });
    const sent = state.submission();
    expect(sent).toMatchObject({ id: state.draft.id, description: "Rác", anonymous: true });
    expect(sent).not.toHaveProperty("contact");
    expect(Object.keys(sent.attributes)).toEqual(["size", "since"]);
    expect(sent.attributes.since).toMatch(/^2026-11-28T07:30:00[+-]\d\d:\d\d$/);
  });

  it("of another tab is copied, and each can be sent", async () => {
    const first = await opened();
    first.draft.description = "Thẻ một";
    await first.keep();
    sessionStorage.removeItem("draft");
    vi.resetModules(); // the first page stays
    const second = new (await import("./state")).State();
    await second.load();
    expect(second.draft.description).toBe("Thẻ một");
    expect(second.draft.id).not.toBe(first.draft.id);
  });

  it("without a place is not sent", async () => {
    const state = await opened();
    expect(() => state.submission()).toThrow();
  });

  it("names the ward in place of a position, but never without an address", async () => {
    const state = await opened();
    Object.assign(state.draft, { place: { lon: 107.59, lat: 16.46 }, placed: true, ward: "19789" });
    expect(() => state.submission()).toThrow();
    state.draft.address = " 12 Lê Lợi ";
    await state.keep();
    const sent = (await opened()).submission();
    expect(sent).toMatchObject({ ward: "19789", address: "12 Lê Lợi" });
    expect(sent).not.toHaveProperty("location");
  });
});
