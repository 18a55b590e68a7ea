// Sending what waits: each report once however often it is tried (ids are made here), then its photos one by
// one. Used by every page and by the service worker; one of them at a time holds the lock.
import { ask, headersFor, PATIENCE_MS, type Cargo, type Line, type Outcome } from "./line";
import { tell } from "./news";
import { forgetWaiting, photosOf, store, waitingReports, type KeptPhoto, type Problem, type Waiting } from "./store";

const LOCK = "outbox";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;
/** Some seconds of a bad line: what is lost when it breaks. */
const PIECE_BYTES = 128 * 1024;

/** Send all that is due; `eager` also what waits for a later try. False when another page is sending. */
export async function flush(line: Line, { eager = false }: { eager?: boolean } = {}): Promise<boolean> {
  if (!navigator.locks) {
    await sendAll(eager, line);
    return true;
  }
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await sendAll(eager, line);
    return lock !== null;
  });
}

/** When the next try is due, or null when nothing waits. */
export async function nextTry(): Promise<number | null> {
  const due = (await waitingReports()).filter(isDueSometime).map((each) => each.nextAt);
  return due.length ? Math.min(...due) : null;
}

function isDueSometime(report: Waiting): boolean {
  return report.state !== "refused";
}

async function sendAll(eager: boolean, line: Line): Promise<void> {
  for (const report of await waitingReports()) {
    if (!isDueSometime(report) || (!eager && report.nextAt > Date.now())) continue;
    const goOn = await sendOne(report, line);
    if (!goOn) return;
  }
}

/** False when the network is away: then there is no use in trying the others. */
async function sendOne(report: Waiting, line: Line): Promise<boolean> {
  if (!report.secret) {
    const outcome = await sendWords(report, line);
    if ("later" in outcome) return putOff(report, outcome.later);
    if ("refused" in outcome) return refuse(report, outcome.refused);
    await accepted(report, outcome.body);
  }
  return sendPhotos(report, line);
}

/** Had it arrived before it was changed, that one counts, and what is different is said as a remark. */
async function sendWords(report: Waiting, line: Line): Promise<Outcome> {
  const { before } = report;
  const outcome = await sendReport(report, line);
  if (!before || !("refused" in outcome) || outcome.refused.status !== 409) return outcome;
  const first = await sendReport({ ...report, body: before }, line);
  if (!("done" in first)) return first;
  const { description, address } = report.body;
  const changed = [description === before.description ? "" : description, address === before.address ? "" : address];
  const text = changed.filter(Boolean).join(" · ");
  if (!text) return first;
  const said = await post(line, `/api/v1/reports/${String(first.body.code)}/comments`, { id: report.id, text }, headersFor(String(first.body.secret)));
  return "later" in said ? said : first;
}

async function sendReport(report: Waiting, line: Line): Promise<Outcome> {
  const target = report.follow ? `/api/v1/reports/${report.follow}/follow` : "/api/v1/reports";
  const body = report.follow ? { id: report.id } : report.body;
  return post(line, target, body);
}

function post(line: Line, url: string, body: unknown, headers: Record<string, string> = {}): Promise<Outcome> {
  return ask(line, (extra) =>
    fetch(url, {
      method: "POST",
      headers: { ...headers, ...extra, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }),
  );
}

async function accepted(report: Waiting, body: Record<string, unknown>): Promise<void> {
  report.code = report.follow ?? String(body.code);
  report.secret = String(body.secret ?? "");
  report.state = "sent";
  report.tries = 0;
  const database = await store();
  await database.put("outbox", report);
  await database.put("sent", {
    code: report.code,
    id: report.id,
    secret: report.secret,
    kind: report.kind,
    description: report.body.description,
    sentAt: Date.now(),
  });
  await keep(report.code, report.secret);
  tell({ kind: "changed", id: report.id, code: report.code });
}

/** Let the report's page know the secret: its address moves it into a cookie of that page alone. */
async function keep(code: string, secret: string): Promise<void> {
  if (!secret) return;
  try {
    await fetch(`/r/${code}?s=${encodeURIComponent(secret)}`, { redirect: "manual", credentials: "same-origin" });
  } catch {
    // The page asks for it again when it is opened from "my reports".
  }
}

async function sendPhotos(report: Waiting, line: Line): Promise<boolean> {
  const database = await store();
  for (const photo of await photosOf(report.id)) {
    if (photo.state === "refused") continue;
    const outcome = await sendPhoto(report, photo, line);
    if ("later" in outcome) return putOff(report, outcome.later);
    if ("refused" in outcome) await database.put("photos", { ...photo, state: "refused", problem: outcome.refused });
    else await database.delete("photos", photo.id);
    report.tries = 0;
    tell({ kind: "changed", id: report.id, photo: photo.id });
  }
  return finish(report);
}

/** A small photo in one go; a large one in pieces, so that a line that breaks costs one piece. */
async function sendPhoto(report: Waiting, photo: KeptPhoto, line: Line): Promise<Outcome> {
  if (photo.bytes.byteLength > PIECE_BYTES) return sendPieces(report, photo, line);
  const form = new FormData();
  form.set("id", photo.id);
  form.set("file", new Blob([photo.bytes], { type: photo.type }), `${photo.id}.${photo.type.split("/")[1] ?? "jpeg"}`);
  const cargo: Cargo = { method: "POST", url: `/api/v1/reports/${report.code}/photos`, body: form };
  return ask(line, (extra) => line.upload({ ...cargo, extra }, report.secret ?? "", progress(report, photo, 0, 1)));
}

/** The server knows how far it came, also when another page or another day sent the beginning. */
async function sendPieces(report: Waiting, photo: KeptPhoto, line: Line): Promise<Outcome> {
  const url = `/api/v1/reports/${report.code}/photos/${photo.id}/upload`;
  const length = photo.bytes.byteLength;
  const begun = await ask(line, (extra) => fetch(url, { headers: { ...headersFor(report.secret), ...extra }, credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) }));
  if (!("done" in begun)) return begun;
  let at = Number(begun.body.offset);
  for (let done = Boolean(begun.body.photo); !done; ) {
    const body = photo.bytes.slice(at, at + PIECE_BYTES);
    const cargo: Cargo = { method: "PATCH", url: `${url}?offset=${at}&length=${length}`, body };
    const sent = await ask(line, (extra) => line.upload({ ...cargo, extra }, report.secret ?? "", progress(report, photo, at / length, body.byteLength / length)));
    if (!("done" in sent)) return "refused" in sent && sent.refused.status === 409 && sent.refused.offset !== undefined ? { later: 0 } : sent;
    report.tries = 0;
    at = Number(sent.body.offset);
    done = Boolean(sent.body.photo);
  }
  return { done: true, body: {} };
}

/** Tells how much of the photo is there: `before` of it, and of the `rest` what is told. */
function progress(report: Waiting, photo: KeptPhoto, before: number, rest: number): (part: number) => void {
  tell({ kind: "progress", id: report.id, photo: photo.id, part: before });
  return (part) => tell({ kind: "progress", id: report.id, photo: photo.id, part: before + part * rest });
}

async function finish(report: Waiting): Promise<boolean> {
  const left = await photosOf(report.id);
  if (left.length === 0) {
    await forgetWaiting(report.id);
    tell({ kind: "sent", id: report.id, code: report.code });
    return true;
  }
  return refuse(report, left[0]?.problem ?? { status: 0, title: "", detail: "", errors: [] });
}

async function refuse(report: Waiting, problem: Problem): Promise<boolean> {
  await (await store()).put("outbox", { ...report, state: "refused", problem });
  tell({ kind: "refused", id: report.id, code: report.code });
  return true;
}

async function putOff(report: Waiting, waitMs: number): Promise<boolean> {
  const tries = report.tries + 1;
  const wait = Math.max(waitMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
  await (await store()).put("outbox", { ...report, tries, nextAt: Date.now() + wait });
  tell({ kind: "changed", id: report.id });
  return false;
}
