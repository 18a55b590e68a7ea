// Solving the server's puzzle from a page: in a worker, or in slices where there can be none.
import type { Challenge } from "./challenge";
import { solve } from "./puzzle";

export async function prove(challenge: Challenge): Promise<string> {
  try {
    return await inWorker(challenge);
  } catch {
    return solve(challenge);
  }
}

function inWorker(challenge: Challenge): Promise<string> {
  const worker = new Worker(new URL("./prover.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<string>) => resolve(event.data);
    worker.onerror = reject;
    worker.postMessage(challenge);
  }).finally(() => worker.terminate());
}
