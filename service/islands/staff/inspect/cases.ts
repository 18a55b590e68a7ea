// The cases: fetched when there is a network, else as they were kept; those chosen for the round with all they have.
import { isOwn, partAt, readAnswer, textOf, type Body } from "../../lib/requests/answer";
import { one } from "../../lib/page/dom";
import { roundStore, type Case, type Fix, type Kept } from "../../lib/storage/round_store";
import { bestOrder, metres, wayLength } from "./route";

export type Order = "distance" | "deadline" | "route";

export class Cases {
  /** True while the list is the copy kept on the phone. */
  kept = false;
  total = 0;
  private items = new Map<string, Kept>();

  async load(): Promise<void> {
    for (const each of await roundStore().getAll("cases")) this.items.set(each.code, each);
    this.total = this.items.size;
  }

  /** Load what the server has. False when it could not be reached: then the stored list is shown. */
  async refresh(order: Order, here: Fix | null): Promise<boolean> {
    const query = new URLSearchParams({ limit: "200", sort: here && order !== "deadline" ? "distance" : "deadline" });
    if (here) {
      query.set("lon", String(here.lon));
      query.set("lat", String(here.lat));
    }
    const response = await fetch(`/api/v1/inspections/cases?${query}`, { headers: { accept: "application/json" } }).catch(() => null);
    const outcome = response && (await readAnswer(response, roundIn));
    if (!outcome || !("done" in outcome)) {
      this.kept = true;
      return false;
    }
    this.kept = false;
    this.total = outcome.done.total;
    await this.take(outcome.done.items);
    return true;
  }

  get(code: string): Kept | undefined {
    return this.items.get(code);
  }

  get chosen(): Kept[] {
    return [...this.items.values()].filter((each) => each.chosen);
  }

  /** In the order asked for; the route is that of the chosen ones, from where one stands. */
  inOrder(order: Order, here: Fix | null): Kept[] {
    if (order === "route") return this.route(here);
    const open = [...this.items.values()].filter((each) => each.item.open || each.chosen);
    const first = (one: Kept, other: Kept) => Number(other.item.emergency ?? false) - Number(one.item.emergency ?? false);
    if (order === "deadline" || !here) return open.sort((one, other) => first(one, other) || (one.item.verify_by ?? "").localeCompare(other.item.verify_by ?? ""));
    const far = (each: Kept) => metres(here, each.item.location);
    return open.sort((one, other) => first(one, other) || far(one) - far(other));
  }

  route(here: Fix | null): Kept[] {
    const { chosen } = this;
    const order = bestOrder(chosen.map((each) => each.item.location), here);
    return order.map((place) => chosen[place] as Kept);
  }

  wayLength(here: Fix | null): number {
    const spots = this.route(here).map((each) => each.item.location);
    return wayLength(spots, [...spots.keys()], here);
  }

  /** Choose a case: from now on it opens without a network, with its photos and history. */
  async choose(code: string, chosen: boolean): Promise<void> {
    const each = this.items.get(code);
    if (!each) return;
    each.chosen = chosen;
    await roundStore().put("cases", each);
    if (chosen) await this.keep(each).catch(() => undefined);
  }

  /** The part of the case's page: as it is now, else as it was kept. */
  async part(code: string): Promise<string | null> {
    const part = await partAt(`/inspect/${code}`);
    const each = this.items.get(code);
    if (part === null) return each?.part ?? null;
    if (each) {
      each.part = part;
      await roundStore().put("cases", each);
    }
    return part;
  }

  /** One case as it is now; null when it cannot be asked. */
  async latest(code: string): Promise<Case | null> {
    const response = await fetch(`/api/v1/inspections/cases/${code}`, { headers: { accept: "application/json" } }).catch(() => null);
    const outcome = response && (await readAnswer(response, caseIn));
    if (!outcome || !("done" in outcome)) return null;
    const item = outcome.done;
    const each = this.items.get(code);
    if (each) await roundStore().put("cases", Object.assign(each, { item }));
    return item;
  }

  /** A verdict was given: the case is not to be verified any more as far as this phone knows. */
  async done(code: string): Promise<void> {
    this.items.delete(code);
    this.total = Math.max(0, this.total - 1);
    await roundStore().delete("cases", code);
  }

  /** The photo kept on the phone, else its address. */
  async picture(url: string): Promise<string> {
    const kept = await roundStore().get("pictures", url);
    return kept ? URL.createObjectURL(new Blob([kept.bytes], { type: kept.type })) : url;
  }

  private async take(items: Case[]): Promise<void> {
    const seen = new Set(items.map((each) => each.code));
    // One that is chosen stays until its verdict is given; what else is gone is gone.
    const gone = [...this.items.values()].filter((each) => !seen.has(each.code) && !each.chosen);
    for (const { code } of gone) this.items.delete(code);
    const kept = items.map((item, order): Kept => {
      // The same object: what is being kept of it meanwhile must not be lost.
      const known = this.items.get(item.code) ?? { code: item.code, chosen: false, item, order };
      const each: Kept = Object.assign(known, { item, order });
      this.items.set(item.code, each);
      return each;
    });
    await roundStore().change({
      put: kept.map((each): ["cases", Kept] => ["cases", each]),
      drop: gone.map((each): ["cases", string] => ["cases", each.code]),
    });
  }

  private async keep(each: Kept): Promise<void> {
    await this.part(each.code);
    for (const photo of each.item.photos) {
      for (const url of photo.kind === "report" ? [photo.thumbnail_url, photo.url] : [photo.thumbnail_url]) await keepPicture(url);
    }
  }
}

function roundIn(body: Body): { total: number; items: Case[] } | null {
  const { total, items } = body;
  return typeof total === "number" && Array.isArray(items) ? { total, items: items as Case[] } : null;
}

function caseIn(body: Body): Case | null {
  return textOf(body.code) && typeof body.version === "number" ? (body as unknown as Case) : null;
}

async function keepPicture(url: string): Promise<void> {
  const response = await fetch(url);
  const type = response.headers.get("content-type") ?? "";
  if (!isOwn(response) || !type.startsWith("image/")) return;
  await roundStore().put("pictures", { url, type, bytes: await response.arrayBuffer() });
}

/** A link that the phone opens in its own maps: one place, or a way through several. */
export function mapsLink(spots: { lon: number; lat: number }[]): string {
  const positions = spots.map((spot) => `${spot.lat},${spot.lon}`);
  const query = new URLSearchParams({ api: "1", destination: positions.at(-1) ?? "", travelmode: "two-wheeler" });
  if (positions.length > 1) query.set("waypoints", positions.slice(0, -1).join("|"));
  return `https://www.google.com/maps/dir/?${query}`;
}

export function iconOf(name: string): DocumentFragment {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-icon="${name}"]`) ?? one<HTMLTemplateElement>("template[data-icon]");
  return template.content.cloneNode(true) as DocumentFragment;
}
