// The worker that solves the server's puzzle, so that the page goes on scrolling and typing meanwhile.
import type { Challenge } from "./challenge";
import { solve } from "./puzzle";

const worker = self as unknown as DedicatedWorkerGlobalScope;

worker.addEventListener("message", async (event: MessageEvent<Challenge>) => worker.postMessage(await solve(event.data)));
