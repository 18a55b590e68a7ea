// Sending what an inspector decided: photos first, then the verdict; each once however often it is tried, for
// every id is made here. Used by the page and by the service worker; one of them at a time holds the lock.
import { withLock } from "../requests/lock";
import { textOf, type Body, type Outcome, type Shape } from "../requests/answer";
import { ask, headersFor, post, type Line } from "../requests/line";
import { PATIENCE_MS, within } from "../requests/timeout";
import { photoOf, receiptFor } from "../requests/received";
import { forgetQueued, queued, roundStore, shotsOf, type Me, type Queued, type Shot } from "../storage/round_store";
import type { Problem } from "../storage/store";
import type { Sight } from "../storage/survey_store";

const NAME = "round";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

interface RoundNews {
  kind: "changed" | "stored";
  id: string;
  code?: string;
  finding?: boolean;
}

type Failure = { refused: Problem; body: Body } | { later: number };
type Prover = Pick<Line, "prove">;

/** Send all that is due; `eager` also what waits for a later try. False when somebody else is sending. */
export function flushRound(line: Prover, { eager = false }: { eager?: boolean } = {}): Promise<boolean> {
  return withLock(NAME, () => sendAll(eager, line));
}

export async function nextRoundTry(): Promise<number | null> {
  const due = (await queued()).filter((each) => each.state === "waiting").map((each) => each.nextAt);
  return due.length ? Math.min(...due) : null;
}

export function listenToRound(heard: (news: RoundNews) => void): void {
  new BroadcastChannel(NAME).addEventListener("message", (event: MessageEvent<RoundNews>) => heard(event.data));
}

function announce(news: RoundNews): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(news);
  channel.close();
}

async function sendAll(eager: boolean, line: Prover): Promise<void> {
  const me = await roundStore().get("me", "me");
  if (!me) return;
  for (const item of await queued()) {
    // What another account made is sent when that one is signed in again.
    if (item.account !== me.account || item.state !== "waiting") continue;
    if (!eager && item.nextAt > Date.now()) continue;
    if (!(await sendOne(item, me, line))) return;
  }
}

/** False when there is no use in trying the others now. */
async function sendOne(item: Queued, me: Me, line: Prover): Promise<boolean> {
  if (item.sight) return sendSight(item, item.sight, me, line);
  return item.finding ? sendFinding(item, me, line) : sendVerdict(item, me, line);
}

async function sendVerdict(item: Queued, me: Me, line: Prover): Promise<boolean> {
  const photos = await sendShots(item, { "x-csrf-token": me.csrf, accept: "application/json" }, line);
  if (photos !== null) return photos;
  const outcome = await post(line, inspectedAs(item.id), "/api/v1/inspections", item.verdict, { "x-csrf-token": me.csrf });
  if (!("done" in outcome)) return settle(item, outcome);
  await forgetQueued(item.id);
  announce({ kind: "stored", id: item.id, code: item.code });
  return true;
}

async function sendFinding(item: Queued, me: Me, line: Prover): Promise<boolean> {
  if (!item.code) {
    const outcome = await post(line, receiptFor(item.finding?.id ?? ""), "/api/v1/findings", item.finding, { "x-csrf-token": me.csrf });
    if (!("done" in outcome)) return settle(item, outcome);
    Object.assign(item, outcome.done);
    await roundStore().put("outbox", item);
  }
  const photos = await sendShots(item, headersFor(item.secret), line);
  if (photos !== null) return photos;
  await forgetQueued(item.id);
  announce({ kind: "stored", id: item.id, code: item.code, finding: true });
  return true;
}

/** A point that was seen; the photos of a fault follow to the report that it became, if it is this phone's. */
async function sendSight(item: Queued, { survey, point, body }: Sight, me: Me, line: Prover): Promise<boolean> {
  if (!item.code) {
    const outcome = await post(line, seenAt(point), `/api/v1/surveys/${survey}/points/${point}`, body, { "x-csrf-token": me.csrf }, "PUT");
    if (!("done" in outcome)) return settle(item, outcome);
    Object.assign(item, outcome.done);
    await roundStore().put("outbox", item);
  }
  if (item.secret) {
    const photos = await sendShots(item, headersFor(item.secret), line);
    if (photos !== null) return photos;
  }
  await forgetQueued(item.id);
  announce({ kind: body.state === "fault" ? "stored" : "changed", id: item.id, code: item.code, finding: true });
  return true;
}

/** The point as it stands now; where somebody else was first, there is no secret and nothing to add. */
function seenAt(point: string): Shape<{ code: string; secret: string }> {
  return (body) => {
    if (body.id !== point || typeof body.counted !== "boolean") return null;
    const report = (body.report ?? {}) as Body;
    return { code: textOf(report.code) ?? point, secret: textOf(report.secret) ?? "" };
  };
}

/** The case after the verdict of that id. */
function inspectedAs(id: string): Shape<Body> {
  return (body) => (body.id === id && textOf((body.report as Body | undefined)?.code) ? body : null);
}

/** null when every photo is there; otherwise what to answer. */
async function sendShots(item: Queued, headers: Record<string, string>, line: Prover): Promise<boolean | null> {
  for (const shot of await shotsOf(item.id)) {
    if (shot.sent) continue;
    const outcome = await sendShot(item, shot, headers, line);
    if (!("done" in outcome)) return settle(item, outcome);
    await roundStore().change({ put: [["shots", { ...shot, sent: true }], ["outbox", knownAs(item, shot.id, textOf(outcome.done.id) ?? shot.id)]] });
  }
  return null;
}

/** A photo of the same content that the case has already stands for ours: the verdict names that one. */
function knownAs(item: Queued, ours: string, theirs: string): Queued {
  if (item.verdict) item.verdict = { ...item.verdict, photos: item.verdict.photos.map((id) => (id === ours ? theirs : id)) };
  return item;
}

function sendShot(item: Queued, shot: Shot, headers: Record<string, string>, line: Prover): Promise<Outcome<Body>> {
  const credentials = headers.authorization ? "omit" : "same-origin";
  return ask(line, photoOf, (extra) =>
    fetch(`/api/v1/reports/${item.code}/photos`, {
      method: "POST",
      headers: { ...headers, ...extra },
      body: form(shot),
      credentials,
      signal: within(PATIENCE_MS),
    }),
  );
}

function form(shot: Shot): FormData {
  const made = new FormData();
  made.set("id", shot.id);
  made.set("file", new Blob([shot.bytes], { type: shot.type }), `${shot.id}.${shot.type.split("/")[1] ?? "jpeg"}`);
  return made;
}

async function settle(item: Queued, outcome: Failure): Promise<boolean> {
  if ("later" in outcome) return putOff(item, outcome.later);
  const { refused: problem, body } = outcome;
  const { status } = problem;
  if (status === 401 || status === 403) await keep({ ...item, state: "signin", problem });
  else if (status === 409 && typeof body.status_now === "string") await conflict(item, body, problem);
  else await keep({ ...item, state: "refused", problem });
  return status !== 401;
}

/** Somebody changed the case meanwhile: nothing is overwritten, a person decides. */
async function conflict(item: Queued, body: Body, problem: Problem): Promise<void> {
  const allowed = Array.isArray(body.allowed) ? body.allowed.map(String) : [];
  const now = { version: Number(body.version ?? 0), status: String(body.status_now), allowed };
  await keep({ ...item, state: "conflict", now, problem });
}

async function keep(item: Queued): Promise<void> {
  await roundStore().put("outbox", item);
  announce({ kind: "changed", id: item.id });
}

async function putOff(item: Queued, waitMs: number): Promise<boolean> {
  const tries = item.tries + 1;
  const wait = Math.max(waitMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
  await keep({ ...item, tries, nextAt: Date.now() + wait });
  return false;
}
