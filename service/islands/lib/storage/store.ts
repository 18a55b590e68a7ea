// What this phone keeps: the report being written, those that wait to be sent with their photos, those sent.
import { Keep } from "./keep";

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
  location?: Place;
  /** In place of a position: the code of the ward, with an address in it. */
  ward?: string;
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

/** A form of a report's own page on its way: its address, the page's token, what was typed, the name of its photos.
 *  `account`: a colleague's step of a case, and whose.
 */
export interface Addition {
  action: string;
  token: string;
  fields: Record<string, string | string[]>;
  file: string;
  account?: string;
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
  /** True once the words typed before following were sent as a remark. */
  told?: boolean;
  before?: Submission;
  /** Added to the report of that code, which is there; `body` then only tells what was typed. */
  addition?: Addition;
  /** Names of what was wrong in the contact and was left out. */
  dropped?: string[];
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
  /** Exif data, for the draft it belongs to. */
  place?: Place;
  takenAt?: string;
}

export interface Draft {
  id: string;
  category: string;
  description: string;
  answers: Record<string, string | string[]>;
  address: string;
  place?: Place;
  placed: boolean;
  /** The ward that is named in place of a position; empty until one is chosen. */
  ward?: string;
  photoPlace?: Place;
  photoTime?: string;
  /** Time at which it was seen, where known: of a report that is corrected. */
  seenAt?: string;
  usePhotoTime?: boolean;
  contact?: Submission["contact"];
  anonymous?: boolean;
  /** Why it came back. */
  problem?: Problem;
  /** Body that may have arrived under this id before it was changed. */
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
  /** Values that the next report may begin with; of the newest alone. */
  again?: Again;
  /** Names of what was wrong in the contact and was not taken. */
  dropped?: string[];
}

/** Kind, place and contact of a report that was sent. */
interface Again {
  category: string;
  place?: Place;
  ward?: string;
  address: string;
  contact?: Submission["contact"];
  anonymous: boolean;
}

type Tables = { outbox: Waiting; photos: KeptPhoto; draft: Draft; sent: Sent };

const keep = new Keep<Tables>("hientruong", {
  outbox: { keyPath: "id" },
  photos: { keyPath: "id", index: "report" },
  draft: {},
  sent: { keyPath: "code" },
});

export function store(): Keep<Tables> {
  return keep;
}

export async function photosOf(report: string): Promise<KeptPhoto[]> {
  const found = await keep.getAll("photos", report);
  return found.sort((one, other) => one.order - other.order);
}

/** Return the facts of a photo without its bytes. */
export function factsOf({ bytes: _, ...facts }: KeptPhoto): Omit<KeptPhoto, "bytes"> {
  return facts;
}

export async function waitingReports(): Promise<Waiting[]> {
  const found = await keep.getAll("outbox");
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

/** The citizen's reports that wait and are wanted, each with its photos; steps of cases stand on the pages of those. */
export async function waitingWithPhotos(wanted: (report: Waiting) => boolean = () => true): Promise<{ report: Waiting; photos: KeptPhoto[] }[]> {
  const reports = (await waitingReports()).filter((each) => !each.addition?.account && wanted(each));
  return Promise.all(reports.map(async (report) => ({ report, photos: await photosOf(report.id) })));
}

/** Forget a waiting report and its photos. */
export async function forgetWaiting(id: string): Promise<void> {
  const photos = (await photosOf(id)).map((photo): ["photos", string] => ["photos", photo.id]);
  await keep.change({ drop: [["outbox", id], ...photos] });
}

/** Ask the browser not to clear this when the phone runs out of room; what it answers is its business. */
export async function askToPersist(): Promise<void> {
  if (navigator.storage?.persist && !(await navigator.storage.persisted())) await navigator.storage.persist();
}

/** Return the problem in words, each sentence once: details and fields often say the same. */
export function words({ detail, errors }: Problem): string {
  const reasons = errors.map((each) => each.msg).filter(Boolean);
  return [...new Set(reasons.length ? reasons : [detail])].join(" ");
}

/** Counts of what waits on this phone. */
interface WaitingCount {
  /** Reports that have not arrived. */
  reports: number;
  /** True while photos of a report that arrived are still to be sent. */
  photos: boolean;
  /** Photos of those that arrived which the service did not take: a person chooses others. */
  refused: number;
}

export async function countWaiting(): Promise<WaitingCount> {
  const found: WaitingCount = { reports: 0, photos: false, refused: 0 };
  for (const report of await waitingReports()) {
    if (!report.code) found.reports += 1;
    else if (report.state === "sent") found.photos = true;
    else found.refused += (await photosOf(report.id)).filter((each) => each.state === "refused").length;
  }
  return found;
}
