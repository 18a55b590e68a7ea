// Background Sync, where a browser has it: what waits is then sent also when the app is closed. An extra: the
// outbox leans on the network's return and on any page that is opened.

interface SyncManager {
  register(tag: string): Promise<void>;
}

export async function askForSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  const { sync } = (registration ?? {}) as { sync?: SyncManager };
  await sync?.register("outbox");
}
