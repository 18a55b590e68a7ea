// Sending what waits: each report once however often it is tried (ids are made here), then its photos one by
// one. Used by every page and by the service worker; one of them at a time holds the lock.
import { withLock } from "../requests/lock";
import { textOf, type Body, type Outcome } from "../requests/answer";
import { newId } from "../requests/ids";
import { sendAddition } from "./additions";
import { ownSecret } from "../requests/own";
import { ask, headersFor, post, type UploadRequest, type Line } from "../requests/line";
import { announce } from "../requests/news";
import { PATIENCE_MS, within } from "../requests/timeout";
import { followOf, photoOf, progressOf, receiptFor, remarkOf, type Receipt } from "../requests/received";
import { forgetWaiting, photosOf, store, waitingReports, type KeptPhoto, type Problem, type Sent, type Waiting, words } from "../storage/store";

const LOCK = "outbox";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;
/** Some seconds of a bad line: what is lost when it breaks. */
const PIECE_BYTES = 128 * 1024;
/** Longest remark that the service takes. */
const LONGEST_REMARK = 2000;

/** Send all that is due; `eager` also what waits for a later try. False when another page is sending, unless `wait`
 *  has it begin after that one, which may have looked before there was what is to be sent now.
 */
export function flush(line: Line, { eager = false, wait = false }: { eager?: boolean; wait?: boolean } = {}): Promise<boolean> {
  return withLock(LOCK, () => sendAll(eager, line), { wait });
}

/** Return when the next try is due, null when nothing waits. */
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
  if (report.addition) return sendForm(report, line);
  if (!report.code) {
    const outcome = await sendWords(report, line);
    if ("later" in outcome) return putOff(report, outcome.later);
    if ("refused" in outcome) return refuse(report, outcome.refused);
    await accepted(report, outcome.done);
  }
  if (report.follow && !report.told) {
    const outcome = await sendRemark(report, line);
    if ("later" in outcome) return putOff(report, outcome.later);
    if ("refused" in outcome) return refuse(report, outcome.refused);
    report.told = true;
    await store().amend("outbox", report.id, (kept) => ({ ...kept, told: true }));
  }
  return sendPhotos(report, line);
}

/** A form of the report's page. Photos alone go one by one, so that a line that breaks costs one; beside words they are
 *  part of what is said and go together.
 */
async function sendForm(report: Waiting, line: Line): Promise<boolean> {
  const { addition } = report;
  if (!addition) return true;
  if (addition.action.endsWith("/photos")) return sendPhotos(report, line);
  const photos = await photosOf(report.id);
  const outcome = await sendAddition(line, addition, photos);
  if ("later" in outcome) return putOff(report, outcome.later);
  if ("refused" in outcome) return refuse(report, outcome.refused);
  await forgetWaiting(report.id);
  announce({ kind: "changed", id: report.id, code: report.code, page: textOf(outcome.done.page) ?? undefined });
  return true;
}

/** Had it arrived before it was changed, that one counts, and what is different is said as a remark. */
async function sendWords(report: Waiting, line: Line): Promise<Outcome<Receipt>> {
  const { before } = report;
  const outcome = await sendReport(report, line);
  if ("refused" in outcome && isOfContact(outcome.refused)) return sendWithoutContact(report, outcome.refused, line);
  if (!("refused" in outcome) || outcome.refused.status !== 409) return outcome;
  if (!before) return sendAsAnother(report, line);
  const first = await sendReport({ ...report, body: before }, line);
  if (!("done" in first)) return "refused" in first && first.refused.status === 409 ? sendAsAnother(report, line) : first;
  const { description, address } = report.body;
  const changed = [description === before.description ? "" : description, address === before.address ? "" : address];
  const text = changed.filter(Boolean).join(" · ");
  if (!text) return first;
  const remarked = await remark(report.id, text, first.done, line);
  return "later" in remarked ? remarked : first;
}

function isOfContact({ errors }: Problem): boolean {
  return errors.length > 0 && errors.every((each) => each.loc.includes("contact"));
}

/** A wrong number or address is no reason to lose the report: it goes without what is wrong, and its page says so. */
async function sendWithoutContact(report: Waiting, { errors }: Problem, line: Line): Promise<Outcome<Receipt>> {
  const { contact, ...rest } = report.body;
  const wrong = Object.keys(contact ?? {}).filter((name) => errors.some(({ loc }) => loc.at(-1) === name || loc.at(-1) === "contact"));
  const right = Object.entries(contact ?? {}).filter(([name]) => !wrong.includes(name));
  const body = { ...rest, ...(right.length && wrong.length ? { contact: Object.fromEntries(right) } : {}) };
  const dropped = [...(report.dropped ?? []), ...wrong];
  Object.assign(report, { body, dropped });
  await store().amend("outbox", report.id, (kept) => ({ ...kept, body, dropped }));
  return sendReport(report, line);
}

/** The id stands for another report, perhaps of a page that was open twice: these words are one of their own. */
async function sendAsAnother(report: Waiting, line: Line): Promise<Outcome<Receipt>> {
  report.body = { ...report.body, id: newId() };
  delete report.before;
  await store().amend("outbox", report.id, ({ before: _, ...kept }) => ({ ...kept, body: report.body }));
  return sendReport(report, line);
}

async function sendReport(report: Waiting, line: Line): Promise<Outcome<Receipt>> {
  const { follow, body } = report;
  // One's own report, or one that is followed already: its words and photos go there with the secret that is known.
  const known = follow ? (await store().get("sent", follow))?.secret || (await ownSecret(follow)) : null;
  if (follow && known) return { done: { code: follow, secret: known } };
  if (follow) return post(line, followOf(follow), `/api/v1/reports/${follow}/follow`, { id: body.id });
  return post(line, receiptFor(body.id), "/api/v1/reports", body);
}

/** Send the words typed before following as a remark under the report that was there. */
async function sendRemark(report: Waiting, line: Line): Promise<Outcome<Body>> {
  const text = [report.body.description, report.body.address].filter(Boolean).join(" · ");
  if (!text) return { done: {} };
  return remark(report.body.id, text, { code: report.code ?? "", secret: report.secret ?? "" }, line);
}

function remark(id: string, text: string, { code, secret }: Receipt, line: Line): Promise<Outcome<Body>> {
  return post(line, remarkOf, `/api/v1/reports/${code}/comments`, { id, text: text.slice(0, LONGEST_REMARK) }, headersFor(secret));
}

async function accepted(report: Waiting, { code, secret }: Receipt): Promise<void> {
  const arrived = { code, secret, state: "sent" as const, tries: 0 };
  Object.assign(report, arrived);
  const database = store();
  await database.amend("outbox", report.id, (kept) => ({ ...kept, ...arrived }));
  await database.put("sent", { code, id: report.id, secret, kind: report.kind, description: report.body.description, sentAt: Date.now(), ...(report.dropped ? { dropped: report.dropped } : {}), ...(await again(report)) });
  await keep(code, secret);
  announce({ kind: "changed", id: report.id, code });
}

/** Store what the next report may begin with; older ones are forgotten. */
async function again({ body, follow }: Waiting): Promise<Partial<Sent>> {
  if (follow) return {};
  for (const { again: had, ...other } of await store().getAll("sent")) if (had) await store().put("sent", other);
  const { category, location: place, ward, address, contact, anonymous } = body;
  return { again: { category, address, anonymous, ...(place ? { place } : {}), ...(ward ? { ward } : {}), ...(contact ? { contact } : {}) } };
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

/** Also those that come while others are on their way: another one in the place of one that was refused. */
async function sendPhotos(report: Waiting, line: Line): Promise<boolean> {
  const database = store();
  const tried = new Set<string>();
  for (let photo = await nextPhoto(report, tried); photo; photo = await nextPhoto(report, tried)) {
    const { id } = photo;
    tried.add(id);
    const outcome = await sendPhoto(report, photo, line);
    if ("later" in outcome) return putOff(report, outcome.later);
    if ("refused" in outcome) await refusePhoto(id, outcome.refused);
    else await database.delete("photos", id);
    report.tries = 0;
    announce({ kind: "changed", id: report.id, photo: id, ...("refused" in outcome ? { problem: words(outcome.refused) } : {}) });
  }
  await finish(report);
  return (await nextPhoto(report, tried)) ? sendPhotos(report, line) : true;
}

async function nextPhoto({ id }: Waiting, tried: Set<string>): Promise<KeptPhoto | undefined> {
  return (await photosOf(id)).find((photo) => photo.state === "waiting" && !tried.has(photo.id));
}

async function refusePhoto(id: string, problem: Problem): Promise<void> {
  await store().amend("photos", id, (kept) => ({ ...kept, state: "refused", problem }));
}

/** A small photo in one go; a large one in pieces, so that a line that breaks costs one piece. */
async function sendPhoto(report: Waiting, photo: KeptPhoto, line: Line): Promise<Outcome<unknown>> {
  if (report.addition) return sendAddition(line, report.addition, [photo]);
  if (photo.bytes.byteLength > PIECE_BYTES) return sendPieces(report, photo, line);
  const form = new FormData();
  form.set("id", photo.id);
  form.set("file", new Blob([photo.bytes], { type: photo.type }), `${photo.id}.${photo.type.split("/")[1] ?? "jpeg"}`);
  const cargo: UploadRequest = { method: "POST", url: `/api/v1/reports/${report.code}/photos`, body: form };
  return ask(line, photoOf, (extra) => line.upload({ ...cargo, extra }, report.secret ?? "", progress(report, photo, 0, 1)));
}

/** The server knows how far it came, also when another page or another day sent the beginning. */
async function sendPieces(report: Waiting, photo: KeptPhoto, line: Line): Promise<Outcome<unknown>> {
  const url = `/api/v1/reports/${report.code}/photos/${photo.id}/upload`;
  const length = photo.bytes.byteLength;
  const shape = progressOf(length);
  const begun = await ask(line, shape, (extra) => fetch(url, { headers: { ...headersFor(report.secret), ...extra }, credentials: "omit", signal: within(PATIENCE_MS) }));
  if (!("done" in begun)) return begun;
  let { offset: at, taken } = begun.done;
  while (!taken) {
    const body = photo.bytes.slice(at, at + PIECE_BYTES);
    const cargo: UploadRequest = { method: "PATCH", url: `${url}?offset=${at}&length=${length}`, body };
    const sent = await ask(line, shape, (extra) => line.upload({ ...cargo, extra }, report.secret ?? "", progress(report, photo, at / length, body.byteLength / length)));
    if (!("done" in sent)) return "refused" in sent && sent.refused.status === 409 && sent.refused.offset !== undefined ? { later: 0 } : sent;
    // Neither further nor done: asked again at once it would be for ever.
    if (!sent.done.taken && sent.done.offset <= at) return { later: 0 };
    report.tries = 0;
    ({ offset: at, taken } = sent.done);
  }
  return { done: true };
}

/** Tells how much of the photo is there: `before` of it, and of the `rest` what is told. */
function progress(report: Waiting, photo: KeptPhoto, before: number, rest: number): (part: number) => void {
  announce({ kind: "progress", id: report.id, photo: photo.id, part: before });
  return (part) => announce({ kind: "progress", id: report.id, photo: photo.id, part: before + part * rest });
}

async function finish(report: Waiting): Promise<boolean> {
  const left = await photosOf(report.id);
  if (left.length === 0) {
    await forgetWaiting(report.id);
    announce({ kind: "sent", id: report.id, code: report.code });
    return true;
  }
  return refuse(report, left[0]?.problem ?? { status: 0, title: "", detail: "", errors: [] });
}

async function refuse(report: Waiting, problem: Problem): Promise<boolean> {
  await store().amend("outbox", report.id, (kept) => ({ ...kept, state: "refused", problem }));
  announce({ kind: "refused", id: report.id, code: report.code });
  return true;
}

async function putOff(report: Waiting, waitMs: number): Promise<boolean> {
  const tries = report.tries + 1;
  const wait = Math.max(waitMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
  await store().amend("outbox", report.id, (kept) => ({ ...kept, tries, nextAt: Date.now() + wait }));
  announce({ kind: "changed", id: report.id });
  return false;
}
