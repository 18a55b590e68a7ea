// Sending what the lead of a clean-up wrote down on its day, each once however often it is tried: photos have ids of the
// phone, all else replaces itself. Used by the page and by the service worker; one of them at a time holds the lock.
import { withLock } from "../requests/lock";
import { readAnswer, textOf, type Body, type Outcome } from "../requests/answer";
import { ask, post, type Line } from "../requests/line";
import { photoOf } from "../requests/received";
import { PATIENCE_MS, within } from "../requests/timeout";
import { dayOrders, dayStore, type DayKind, type DayLead, type DayOrder } from "../storage/day_store";

const NAME = "cleanup-day";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;
/** As long as there is no result, it may be given whatever else has changed. */
const AT_THE_PLACE = ["announced", "under_way"];

interface DayNews {
  id: string;
  code: string;
  kind: DayKind;
  stored: boolean;
}

type Failure = Exclude<Outcome<Body>, { done: Body }>;
type Prover = Pick<Line, "prove">;

/** Send all that is due; `eager` also what waits for a later try. False when somebody else is sending. */
export function flushDay(line: Prover, { eager = false }: { eager?: boolean } = {}): Promise<boolean> {
  return withLock(NAME, () => sendAll(eager, line));
}

export async function nextDayTry(): Promise<number | null> {
  const due = (await dayOrders()).filter((each) => each.state === "waiting").map((each) => each.nextAt);
  return due.length ? Math.min(...due) : null;
}

export function listenToDay(heard: (news: DayNews) => void): void {
  new BroadcastChannel(NAME).addEventListener("message", (event: MessageEvent<DayNews>) => heard(event.data));
}

function announce({ id, code, kind }: DayOrder, stored: boolean): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage({ id, code, kind, stored } satisfies DayNews);
  channel.close();
}

async function sendAll(eager: boolean, line: Prover): Promise<void> {
  const lead = await dayStore().get("lead", "lead");
  if (!lead) return;
  const held = new Set<string>();
  for (const order of await dayOrders()) {
    // What another account wrote down is sent when that one is signed in again.
    const mine = order.account === lead.account && order.state === "waiting";
    if (!mine || (!eager && order.nextAt > Date.now())) {
      held.add(order.code);
      continue;
    }
    // The result waits for everything before it: its photos, and what was refused and is to be mended.
    if (order.kind === "result" && held.has(order.code)) continue;
    if (!(await sendOne(order, lead, line))) return;
    if ((await dayStore().get("orders", order.id)) !== undefined) held.add(order.code);
  }
}

/** False when there is no use in trying the others now. */
async function sendOne(order: DayOrder, lead: DayLead, line: Prover): Promise<boolean> {
  let outcome = await send(order, lead, line);
  if (order.kind === "result" && "refused" in outcome && outcome.refused.status === 409) {
    const version = await versionNow(order.code);
    if (version !== null && version !== order.body.version) {
      order = { ...order, body: { ...order.body, version } };
      outcome = await send(order, lead, line);
    }
  }
  if (!("done" in outcome)) return settle(order, outcome);
  await dayStore().delete("orders", order.id);
  announce(order, true);
  return true;
}

function send(order: DayOrder, lead: DayLead, line: Prover): Promise<Outcome<Body>> {
  const headers = { "x-csrf-token": lead.csrf };
  if (order.photo) return sendPhoto(order, order.photo, headers, line);
  const base = `/api/v1/cleanups/${order.code}`;
  if (order.kind === "attendance") return post(line, (body) => (typeof body.came === "number" ? body : null), `${base}/attendance`, order.body, headers);
  const { check, ...body } = order.body;
  const [path, known] = order.kind === "check" ? [`checks/${textOf(check) ?? ""}`, "id"] : ["result", "code"];
  return post(line, (answer) => (textOf(answer[known]) ? answer : null), `${base}/${path}`, body, headers, "PUT");
}

function sendPhoto(order: DayOrder, photo: NonNullable<DayOrder["photo"]>, headers: Record<string, string>, line: Prover): Promise<Outcome<Body>> {
  return ask(line, photoOf, (extra) => {
    const body = new FormData();
    body.set("id", order.id);
    body.set("file", new Blob([photo.bytes], { type: photo.type }), `${order.id}.${photo.type.split("/")[1] ?? "jpeg"}`);
    return fetch(`/api/v1/works/${order.code}/photos?kind=${photo.kind}`, {
      method: "POST",
      headers: { ...headers, ...extra, accept: "application/json" },
      body,
      credentials: "same-origin",
      signal: within(PATIENCE_MS),
    });
  });
}

/** The version that a result may be given to: null where there is one already, or where nobody can be asked. */
async function versionNow(code: string): Promise<unknown> {
  try {
    const response = await fetch(`/api/v1/cleanups/${code}`, { headers: { accept: "application/json" }, credentials: "same-origin", signal: within(PATIENCE_MS) });
    const answer = await readAnswer(response, (body) => body);
    const open = "done" in answer && answer.done.result === null && AT_THE_PLACE.includes(String(answer.done.status));
    return open ? answer.done.version : null;
  } catch {
    return null;
  }
}

async function settle(order: DayOrder, outcome: Failure): Promise<boolean> {
  if ("later" in outcome) {
    const tries = order.tries + 1;
    const wait = Math.max(outcome.later, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
    await change(order, { tries, nextAt: Date.now() + wait });
    return false;
  }
  const { refused: problem } = outcome;
  await change(order, { state: problem.status === 401 ? "signin" : "refused", problem });
  return problem.status !== 401;
}

/** Amended as it lies there now: what was dropped or replaced meanwhile stays so. */
async function change(order: DayOrder, changes: Partial<DayOrder>): Promise<void> {
  await dayStore().amend("orders", order.id, (now) => ({ ...now, ...changes }));
  announce(order, false);
}
