// One sender at a time among pages and the service worker.

/** Run `act` unless another page runs it; false then. Without locks everybody runs: every request may come twice. */
export async function alone(name: string, act: () => Promise<void>): Promise<boolean> {
  let begun = false;
  try {
    if (navigator.locks) {
      return await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
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
