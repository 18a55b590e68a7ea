// Sending what an inspector decided: photos first, then the verdict; each once however often it is tried, for
// every id is made here. Used by the page and by the service worker; one of them at a time holds the lock.
import { forgetQueued, queued, roundStore, shotsOf, type Me, type Queued, type Shot } from "./roundstore";
import type { Problem } from "./store";

const NAME = "round";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;
const PATIENCE_MS = 60 * 1000;

export interface RoundNews {
  kind: "changed" | "stored";
  id: string;
  code?: string;
  finding?: boolean;
}

type Outcome = { body: Record<string, unknown> } | { refused: Record<string, unknown>; status: number } | { later: number };

/** Send all that is due; `eager` also what waits for a later try. False when somebody else is sending. */
export async function flushRound({ eager = false }: { eager?: boolean } = {}): Promise<boolean> {
  if (!navigator.locks) {
    await sendAll(eager);
    return true;
  }
  return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await sendAll(eager);
    return lock !== null;
  });
}

export async function nextRoundTry(): Promise<number | null> {
  const due = (await queued()).filter((each) => each.state === "waiting").map((each) => each.nextAt);
  return due.length ? Math.min(...due) : null;
}

export function listenToRound(heard: (news: RoundNews) => void): void {
  new BroadcastChannel(NAME).addEventListener("message", (event: MessageEvent<RoundNews>) => heard(event.data));
}

function tell(news: RoundNews): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(news);
  channel.close();
}

async function sendAll(eager: boolean): Promise<void> {
  const me = await (await roundStore()).get("me", "me");
  if (!me) return;
  for (const item of await queued()) {
    // What another account made is sent when that one is signed in again.
    if (item.account !== me.account || item.state !== "waiting") continue;
    if (!eager && item.nextAt > Date.now()) continue;
    if (!(await sendOne(item, me))) return;
  }
}

/** False when there is no use in trying the others now. */
async function sendOne(item: Queued, me: Me): Promise<boolean> {
  return item.finding ? sendFinding(item, me) : sendVerdict(item, me);
}

async function sendVerdict(item: Queued, me: Me): Promise<boolean> {
  const photos = await sendShots(item, { "x-csrf-token": me.csrf });
  if (photos !== null) return photos;
  const outcome = await post("/api/v1/inspections", JSON.stringify(item.verdict), json(me));
  if (!("body" in outcome)) return settle(item, outcome);
  await forgetQueued(item.id);
  tell({ kind: "stored", id: item.id, code: item.code });
  return true;
}

async function sendFinding(item: Queued, me: Me): Promise<boolean> {
  if (!item.secret) {
    const outcome = await post("/api/v1/findings", JSON.stringify(item.finding), json(me));
    if (!("body" in outcome)) return settle(item, outcome);
    item.code = String(outcome.body.code);
    item.secret = String(outcome.body.secret ?? "");
    await (await roundStore()).put("outbox", item);
  }
  const photos = await sendShots(item, { authorization: `Report ${item.secret}` });
  if (photos !== null) return photos;
  await forgetQueued(item.id);
  tell({ kind: "stored", id: item.id, code: item.code, finding: true });
  return true;
}

/** null when every photo is there; otherwise what to answer. */
async function sendShots(item: Queued, headers: Record<string, string>): Promise<boolean | null> {
  for (const shot of await shotsOf(item.id)) {
    if (shot.sent) continue;
    const outcome = await post(`/api/v1/reports/${item.code}/photos`, form(shot), { ...headers, accept: "application/json" });
    if (!("body" in outcome)) return settle(item, outcome);
    await (await roundStore()).put("shots", { ...shot, sent: true });
  }
  return null;
}

function form(shot: Shot): FormData {
  const made = new FormData();
  made.set("id", shot.id);
  made.set("file", new Blob([shot.bytes], { type: shot.type }), `${shot.id}.${shot.type.split("/")[1] ?? "jpeg"}`);
  return made;
}

function json(me: Me): Record<string, string> {
  return { "content-type": "application/json", accept: "application/json", "x-csrf-token": me.csrf };
}

async function settle(item: Queued, outcome: Exclude<Outcome, { body: unknown }>): Promise<boolean> {
  if ("later" in outcome) return putOff(item, outcome.later);
  const { refused, status } = outcome;
  if (status === 401 || status === 403) await keep({ ...item, state: "signin", problem: problem(refused, status) });
  else if (status === 409 && typeof refused.status_now === "string") await conflict(item, refused);
  else await keep({ ...item, state: "refused", problem: problem(refused, status) });
  return status !== 401;
}

/** Somebody changed the case meanwhile: nothing is overwritten, a person decides. */
async function conflict(item: Queued, told: Record<string, unknown>): Promise<void> {
  const version = Number(told.version ?? 0);
  const allowed = (told.allowed as string[]) ?? [];
  await keep({ ...item, state: "conflict", now: { version, status: String(told.status_now), allowed }, problem: problem(told, 409) });
}

async function keep(item: Queued): Promise<void> {
  await (await roundStore()).put("outbox", item);
  tell({ kind: "changed", id: item.id });
}

async function putOff(item: Queued, waitMs: number): Promise<boolean> {
  const tries = item.tries + 1;
  const wait = Math.max(waitMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
  await keep({ ...item, tries, nextAt: Date.now() + wait });
  return false;
}

async function post(url: string, body: BodyInit, headers: Record<string, string>): Promise<Outcome> {
  let response: Response;
  try {
    const credentials = headers.authorization ? "omit" : "same-origin";
    response = await fetch(url, { method: "POST", body, headers, credentials, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return { later: 0 };
  }
  const told = await read(response);
  if (response.ok) return { body: told };
  if (response.status === 429 || response.status >= 500 || response.status === 408) {
    return { later: 1000 * Number(response.headers.get("retry-after") ?? 0) || 0 };
  }
  return { refused: told, status: response.status };
}

function problem(told: Record<string, unknown>, status: number): Problem {
  return {
    status,
    title: String(told.title ?? ""),
    detail: String(told.detail ?? ""),
    errors: (told.errors as Problem["errors"]) ?? [],
  };
}

async function read(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
