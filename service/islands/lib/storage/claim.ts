// Things of one tab alone: two tabs, or a tab and the installed app, share what is kept on the phone.

const CHANNEL = "claims";
const ANSWERS_WITHIN_MS = 200;
/** The page before this one, of the same tab, may still be leaving. */
const LEAVES_WITHIN_MS = 1000;

const held = new Set<string>();
const releases: (() => void)[] = [];

/** Return whether `name` is this tab's until its page goes; `mine` says that it was before. */
export async function claim(name: string, mine = false): Promise<boolean> {
  const given = (await lockOf(name, mine)) ?? !(await isHeldElsewhere(name));
  if (given) held.add(name);
  return given;
}

/** Null where there are no locks: without TLS, or where a site may keep nothing. */
function lockOf(name: string, mine: boolean): Promise<boolean | null> {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(null);
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock ? new Promise<void>((release) => releases.push(release)) : undefined;
    };
    const control = new AbortController();
    if (mine) setTimeout(() => control.abort(), LEAVES_WITHIN_MS);
    const options: LockOptions = mine ? { signal: control.signal } : { ifAvailable: true };
    navigator.locks.request(name, options, hold).catch((error: unknown) => resolve(error instanceof DOMException && error.name === "AbortError" ? false : null));
  });
}

function isHeldElsewhere(name: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<boolean>((resolve) => {
    channel.onmessage = ({ data }) => data.held === name && resolve(true);
    channel.postMessage({ asked: name });
    setTimeout(() => resolve(false), ANSWERS_WITHIN_MS);
  }).finally(() => channel.close());
}

const answering = new BroadcastChannel(CHANNEL);
answering.onmessage = ({ data }) => held.has(data.asked) && answering.postMessage({ held: data.asked });

addEventListener("pagehide", () => {
  held.clear();
  for (const release of releases.splice(0)) release();
});
// What a page showed that comes back from the browser's memory may be another tab's by now, or sent.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
