// The service worker as a page sees it: registered, told when to keep more, and helped to take over from the one before.

/** The page itself comes first; then the worker fetches what is only needed when there is no network. */
const KEEP_AFTER_MS = 2000;
const ASK_AGAIN_MS = 3000;

/** Register the service worker of the site; `replaced` is called when another version took over while the page was open. */
export async function registerWorker(replaced: () => void): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const had = Boolean(serviceWorker.controller);
  const registration = await serviceWorker.register("/sw.js");
  void serviceWorker.ready.then(({ active }) => setTimeout(() => active?.postMessage("keep"), KEEP_AFTER_MS));
  serviceWorker.addEventListener("controllerchange", () => had && replaced());
  askToTakeOver(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => askToTakeOver(registration));
  });
}

/** Ask a version that waits to take over, until it has. It does so by itself when it is installed; but Chromium gives
 *  that up where the version before is asked for something at the same moment, and the new one would wait until every
 *  page is closed.
 */
function askToTakeOver({ waiting }: ServiceWorkerRegistration): void {
  if (!waiting) return;
  const ask = (): void => {
    if (waiting.state !== "installed") return;
    waiting.postMessage("take-over");
    setTimeout(ask, ASK_AGAIN_MS);
  };
  ask();
}
