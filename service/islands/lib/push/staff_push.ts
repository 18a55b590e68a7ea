// A colleague's browser is told by push while they are signed in there, and the server forgets it with the session.
// After the next sign-in the browser says by itself that it is to be told again; another colleague's wish is not theirs.
import { all, maybe, one } from "../page/dom";
import { canPush } from "./browser_push";

const KEPT = "staff-push";
const PATH = "/account/notices/push";

interface PushChoice {
  account: string;
  device?: string;
}

export async function renewPush(): Promise<void> {
  const out = maybe<HTMLFormElement>("form[data-account]");
  if (!out || !canPush()) return;
  const account = out.dataset.account ?? "";
  listen(account);
  const choice = read();
  if (choice?.account !== account || Notification.permission !== "granted") return;
  const csrf = one<HTMLInputElement>('input[name="csrf_token"]', out).value;
  // The token changes with the session: once for each is enough.
  if (sessionStorage.getItem(KEPT) === csrf) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const made = (await registration?.pushManager.getSubscription())?.toJSON();
  if (!made?.endpoint) return;
  const fields = { csrf_token: csrf, endpoint: made.endpoint, p256dh: made.keys?.p256dh ?? "", auth: made.keys?.auth ?? "" };
  const answer = await fetch(PATH, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { accept: "application/json" },
    redirect: "error",
  });
  if (!answer.ok) return;
  const { id } = (await answer.json()) as { id: string };
  localStorage.setItem(KEPT, JSON.stringify({ account, device: id } satisfies PushChoice));
  sessionStorage.setItem(KEPT, csrf);
}

/** On the page of notices: the wish is made with the form, and given up with the button that removes this browser. */
function listen(account: string): void {
  maybe<HTMLFormElement>(`form[action="${PATH}"]`)?.addEventListener("submit", () => {
    localStorage.setItem(KEPT, JSON.stringify({ account } satisfies PushChoice));
    sessionStorage.removeItem(KEPT);
  });
  for (const form of all<HTMLFormElement>(`form[action^="${PATH}/"]`)) {
    form.addEventListener("submit", () => {
      const device = read()?.device;
      if (device && form.action.includes(device)) localStorage.removeItem(KEPT);
    });
  }
}

function read(): PushChoice | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as PushChoice | null;
  } catch {
    return null;
  }
}
