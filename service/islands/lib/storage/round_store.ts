// What an inspector's phone keeps: the cases with their photos and history, and what waits to be sent. A database
// of its own, so that nothing of the citizen's app is ever in its way.
import { Keep } from "./keep";
import type { Problem } from "./store";
import { surveyStore, type Sight } from "./survey_store";

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

interface VerdictBody {
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

interface FindingBody {
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
  sight?: Sight;
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

/** Person who is signed in, with the CSRF token of the browser's requests. */
export interface Me {
  account: string;
  csrf: string;
}

interface Picture {
  url: string;
  type: string;
  bytes: ArrayBuffer;
}

type Tables = { cases: Kept; pictures: Picture; outbox: Queued; shots: Shot; me: Me };

const keep = new Keep<Tables>("hientruong-round", {
  cases: { keyPath: "code" },
  pictures: { keyPath: "url" },
  outbox: { keyPath: "id" },
  shots: { keyPath: "id", index: "item" },
  me: {},
});

export function roundStore(): Keep<Tables> {
  return keep;
}

export async function queued(): Promise<Queued[]> {
  const found = await keep.getAll("outbox");
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

export async function shotsOf(item: string): Promise<Shot[]> {
  const found = await keep.getAll("shots", item);
  return found.sort((one, other) => one.order - other.order);
}

/** Put what waits and its photos in one step: a phone that dies meanwhile has all of it or nothing. */
export async function enqueue(item: Queued, shots: Shot[]): Promise<void> {
  const gone = (await shotsOf(item.id)).filter((before) => !shots.some((shot) => shot.id === before.id));
  await keep.change({
    put: [...shots.map((shot): ["shots", Shot] => ["shots", { ...shot, item: item.id }]), ["outbox", item]],
    drop: gone.map((shot): ["shots", string] => ["shots", shot.id]),
  });
}

export async function forgetQueued(id: string): Promise<void> {
  const shots = (await shotsOf(id)).map((shot): ["shots", string] => ["shots", shot.id]);
  await keep.change({ drop: [["outbox", id], ...shots] });
}

/** Delete what others may not see on a phone that was signed out; what waits to be sent stays. */
export async function forgetCases(): Promise<void> {
  await keep.clear("cases", "pictures", "me");
  await surveyStore().clear("points");
}
