// Photos and words that another app shared: the service worker has kept them, the sheet takes them once.

const SHARED = "shared-1";

interface Shared {
  files: File[];
  text: string;
}

/** Return what was shared, which is then kept no more; nothing where the page was opened any other way. */
export async function takeShared(): Promise<Shared> {
  const found: Shared = { files: [], text: "" };
  if (new URLSearchParams(location.search).get("shared") !== "1" || !("caches" in self)) return found;
  const cache = await caches.open(SHARED);
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (!response) continue;
    if (request.url.endsWith("/text")) found.text = await response.text();
    else found.files.push(new File([await response.blob()], decodeURIComponent(response.headers.get("x-name") ?? "photo"), { type: response.headers.get("content-type") ?? "image/jpeg" }));
  }
  await caches.delete(SHARED);
  history.replaceState(history.state, "", location.pathname);
  return found;
}
