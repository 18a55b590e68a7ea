// One sender at a time among pages and the service worker.

/** Run `act` unless another page runs it; false then, or with `wait` after it. Without locks everybody runs: every
 *  request may come twice.
 */
export async function withLock(name: string, act: () => Promise<void>, { wait = false }: { wait?: boolean } = {}): Promise<boolean> {
  let begun = false;
  try {
    if (navigator.locks) {
      return await navigator.locks.request(name, { ifAvailable: !wait }, async (lock) => {
        begun = true;
        if (lock) await act();
        return lock !== null;
      });
    }
  } catch (error) {
    // A browser that lets a site keep nothing refuses its locks as well.
    if (begun) throw error;
  }
  await act();
  return true;
}
