// "Tell this browser": asks for the permission when the button is pressed, never before, and puts what the browser
// gives into the form that stands there; the form is sent as any other.
import { all, one } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Every form with `data-push`, the key to subscribe with. */
export function offerPush(): void {
  for (const form of all<HTMLFormElement>("form[data-push]")) {
    form.hidden = !canPush();
    if ("offered" in form.dataset) continue;
    form.dataset.offered = "";
    const button = one<HTMLButtonElement>("button", form);
    if (canPush()) sendByPush(form, button, form.dataset.push ?? "");
  }
}

/** The button sends the form once the browser has subscribed. */
export function sendByPush(form: HTMLFormElement, button: HTMLButtonElement, key: string): void {
  let filled = false;
  button.addEventListener("click", async (event) => {
    if (filled) return;
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    try {
      if ((await Notification.requestPermission()) !== "granted") return toast(say("push_denied"), { bad: true });
      fill(form, await subscription(key));
      filled = true;
      form.requestSubmit(button);
    } catch {
      toast(say("push_failed"), { bad: true });
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

/** The browser's own one where it fits our key; one made with another key is given up for a new one. */
async function subscription(key: string): Promise<PushSubscription> {
  const worker = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await worker.pushManager.subscribe(options);
  } catch (error) {
    const old = await worker.pushManager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return worker.pushManager.subscribe(options);
  }
}

function fill(form: HTMLFormElement, made: PushSubscription): void {
  const { endpoint, keys } = made.toJSON();
  const given = { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
  for (const [name, value] of Object.entries(given)) one<HTMLInputElement>(`input[name="${name}"]`, form).value = value ?? "";
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}
