// Keeping things when the phone is nearly full: what can be fetched again makes room for what cannot.

const FETCHED_AGAIN = "data-2";

export class NoRoom extends Error {}

/** Raises NoRoom when there is none even so. */
export async function withRoom<T>(keep: () => Promise<T>): Promise<T> {
  try {
    return await keep();
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  // Without TLS a page has no caches to clear.
  if ("caches" in self) await caches.delete(FETCHED_AGAIN).catch(() => false);
  try {
    return await keep();
  } catch (error) {
    throw isFull(error) ? new NoRoom() : error;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
