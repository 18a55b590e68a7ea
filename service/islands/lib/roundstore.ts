// What an inspector's phone keeps: the cases with their photos and history, and what waits to be sent. A database
// of its own, so that nothing of the citizen's app is ever in its way.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Problem } from "./store";

export interface Fix {
  lon: number;
  lat: number;
  accuracy_m?: number;
}

/** One case as `/api/v1/inspections/cases` tells it. */
export interface Case {
  code: string;
  title: string;
  icon: string;
  status: string;
  description: string;
  address: string;
  ward: { name: string } | null;
  location: { lon: number; lat: number };
  photos: { id: string; url: string; thumbnail_url: string; kind: string }[];
  verify_by: string | null;
  /** A case kept by an older version says nothing of it. */
  emergency?: boolean;
  radius_m: number;
  version: number;
  open: boolean;
}

/** A case that was chosen for the round; `part` is its page's part as the server drew it. */
export interface Kept {
  code: string;
  item: Case;
  chosen: boolean;
  part?: string;
  order: number;
}

export interface VerdictBody {
  id: string;
  report: string;
  verdict: "passed" | "failed";
  version: number;
  photos: string[];
  decided_at: string;
  photo_at: string | null;
  position: Fix | null;
  reason: string;
  explanation: string;
}

export interface FindingBody {
  id: string;
  category: string;
  description: string;
  location: Fix;
  occurred_at: string;
}

/** `secret` opens a finding that was stored, for its photos; `now` is how the case stands for a conflict. */
export interface Queued {
  id: string;
  account: string;
  title: string;
  code: string;
  verdict?: VerdictBody;
  finding?: FindingBody;
  state: "waiting" | "signin" | "refused" | "conflict";
  createdAt: number;
  tries: number;
  nextAt: number;
  secret?: string;
  now?: { version: number; status: string; allowed: string[] };
  problem?: Problem;
}

/** `at` is when the photo was taken, as far as that is known. */
export interface Shot {
  id: string;
  item: string;
  order: number;
  type: string;
  bytes: ArrayBuffer;
  at: string | null;
  sent: boolean;
}

/** Who is signed in, with the token that requests of a browser carry. */
export interface Me {
  account: string;
  csrf: string;
}

interface Schema extends DBSchema {
  cases: { key: string; value: Kept };
  pictures: { key: string; value: { url: string; type: string; bytes: ArrayBuffer } };
  outbox: { key: string; value: Queued };
  shots: { key: string; value: Shot; indexes: { item: string } };
  me: { key: string; value: Me };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

export function roundStore(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("hientruong-round", 1, {
    upgrade(database) {
      database.createObjectStore("cases", { keyPath: "code" });
      database.createObjectStore("pictures", { keyPath: "url" });
      database.createObjectStore("outbox", { keyPath: "id" });
      database.createObjectStore("shots", { keyPath: "id" }).createIndex("item", "item");
      database.createObjectStore("me");
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

export async function queued(): Promise<Queued[]> {
  const found = await (await roundStore()).getAll("outbox");
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

export async function shotsOf(item: string): Promise<Shot[]> {
  const found = await (await roundStore()).getAllFromIndex("shots", "item", item);
  return found.sort((one, other) => one.order - other.order);
}

/** Put what waits and its photos in one step: a phone that dies meanwhile has all of it or nothing. */
export async function enqueue(item: Queued, shots: Shot[]): Promise<void> {
  const change = (await roundStore()).transaction(["outbox", "shots"], "readwrite");
  const before = await change.objectStore("shots").index("item").getAllKeys(item.id);
  for (const key of before) if (!shots.some((shot) => shot.id === key)) await change.objectStore("shots").delete(key);
  for (const shot of shots) await change.objectStore("shots").put({ ...shot, item: item.id });
  await change.objectStore("outbox").put(item);
  await change.done;
}

export async function forgetQueued(id: string): Promise<void> {
  const change = (await roundStore()).transaction(["outbox", "shots"], "readwrite");
  await change.objectStore("outbox").delete(id);
  for (const key of await change.objectStore("shots").index("item").getAllKeys(id)) await change.objectStore("shots").delete(key);
  await change.done;
}

/** What others may not see on a phone that was signed out; what waits to be sent stays, for who made it. */
export async function forgetCases(): Promise<void> {
  const change = (await roundStore()).transaction(["cases", "pictures", "me"], "readwrite");
  await change.objectStore("cases").clear();
  await change.objectStore("pictures").clear();
  await change.objectStore("me").clear();
  await change.done;
}
