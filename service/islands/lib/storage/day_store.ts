// What the phone of who leads a clean-up keeps on its day: who came, what was checked, photos and the one result, each until
// it has arrived. A database of its own, as an inspector's round has one.
import { Keep } from "./keep";
import type { Problem } from "./store";

export type DayKind = "photo" | "attendance" | "check" | "result";

/** Photos first, the result last: it leans on what was sent before it. */
const ORDER: Record<DayKind, number> = { photo: 0, attendance: 1, check: 2, result: 3 };

/** `about` is what it is said of: a later one of the same takes its place. `kept` are the form's fields as they were typed. */
export interface DayOrder {
  id: string;
  about: string;
  account: string;
  code: string;
  kind: DayKind;
  body: Record<string, unknown>;
  kept: Record<string, string>;
  photo?: { kind: "before" | "after"; type: string; bytes: ArrayBuffer };
  state: "waiting" | "signin" | "refused";
  createdAt: number;
  tries: number;
  nextAt: number;
  problem?: Problem;
}

/** Person who is signed in, with the CSRF token of the browser's requests. */
export interface DayLead {
  account: string;
  csrf: string;
}

type Tables = { orders: DayOrder; lead: DayLead };

const keep = new Keep<Tables>("hientruong-day", { orders: { keyPath: "id" }, lead: {} });

export function dayStore(): Keep<Tables> {
  return keep;
}

export async function dayOrders(code?: string): Promise<DayOrder[]> {
  const found = (await keep.getAll("orders")).filter((each) => code === undefined || each.code === code);
  return found.sort((one, other) => ORDER[one.kind] - ORDER[other.kind] || one.createdAt - other.createdAt);
}

/** Keep what is to be sent in one step with dropping what it takes the place of. */
export async function enqueueDay(order: DayOrder): Promise<void> {
  const before = (await dayOrders(order.code)).filter((each) => each.about === order.about && each.account === order.account);
  await keep.change({ put: [["orders", order]], drop: before.map((each): ["orders", string] => ["orders", each.id]) });
}
