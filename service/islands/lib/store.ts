// What this phone keeps: the report being written, those that wait to be sent with their photos, those sent.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface Place {
  lon: number;
  lat: number;
  accuracy_m?: number;
}

/** The body of POST /api/v1/reports. */
export interface Submission {
  id: string;
  category: string;
  description: string;
  location: Place;
  address: string;
  attributes: Record<string, string | string[]>;
  occurred_at?: string;
  contact?: { name?: string; phone?: string; email?: string };
  anonymous: boolean;
}

export interface Problem {
  status: number;
  title: string;
  detail: string;
  errors: { loc: (string | number)[]; msg: string }[];
  offset?: number;
}

/** `id` is the phone's own; the report is sent under that of its body. `follow`: the code of a report that was there
 *  already; words and photos go to it.
 */
export interface Waiting {
  id: string;
  body: Submission;
  kind: string;
  state: "waiting" | "sent" | "refused";
  createdAt: number;
  tries: number;
  nextAt: number;
  follow?: string;
  /** Whether what was typed before following stands under that report. */
  told?: boolean;
  before?: Submission;
  code?: string;
  secret?: string;
  problem?: Problem;
}

/** Bytes rather than a Blob: some phones lose blobs of a database when memory is short. */
export interface KeptPhoto {
  id: string;
  report: string;
  order: number;
  type: string;
  bytes: ArrayBuffer;
  state: "waiting" | "refused";
  problem?: Problem;
}

export interface Draft {
  id: string;
  category: string;
  description: string;
  answers: Record<string, string | string[]>;
  address: string;
  place?: Place;
  placed: boolean;
  photoPlace?: Place;
  photoTime?: string;
  /** When it was seen, where that is known already: of a report that is mended. */
  seenAt?: string;
  usePhotoTime?: boolean;
  contact?: Submission["contact"];
  anonymous?: boolean;
  /** Why it came back. */
  problem?: Problem;
  /** What may have arrived under this id before it was changed. */
  before?: Submission;
  changedAt: number;
}

/** `id` is that of the `Waiting` it was; the secret opens the report's page again should its cookie be lost. */
export interface Sent {
  code: string;
  id: string;
  secret: string;
  kind: string;
  description: string;
  sentAt: number;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Waiting };
  photos: { key: string; value: KeptPhoto; indexes: { report: string } };
  draft: { key: string; value: Draft };
  sent: { key: string; value: Sent };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

export function store(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("hientruong", 1, {
    upgrade(database) {
      database.createObjectStore("outbox", { keyPath: "id" });
      database.createObjectStore("photos", { keyPath: "id" }).createIndex("report", "report");
      database.createObjectStore("draft");
      database.createObjectStore("sent", { keyPath: "code" });
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

export async function photosOf(report: string): Promise<KeptPhoto[]> {
  const found = await (await store()).getAllFromIndex("photos", "report", report);
  return found.sort((one, other) => one.order - other.order);
}

export async function waitingReports(): Promise<Waiting[]> {
  const found = await (await store()).getAll("outbox");
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

/** Forget a waiting report and its photos. */
export async function forgetWaiting(id: string): Promise<void> {
  const change = (await store()).transaction(["outbox", "photos"], "readwrite");
  await change.objectStore("outbox").delete(id);
  for (const key of await change.objectStore("photos").index("report").getAllKeys(id)) {
    await change.objectStore("photos").delete(key);
  }
  await change.done;
}

/** Ask the browser not to clear this when the phone runs out of room; what it answers is its business. */
export async function askToPersist(): Promise<void> {
  if (navigator.storage?.persist && !(await navigator.storage.persisted())) await navigator.storage.persist();
}

/** What is wrong, in words and once: details and fields often say the same. */
export function words({ detail, errors }: Problem): string {
  const told = errors.map((each) => each.msg).filter(Boolean);
  return [...new Set(told.length ? told : [detail])].join(" ");
}
