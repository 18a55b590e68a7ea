// The worker that draws photos smaller, so that the page goes on scrolling and typing meanwhile.
import { redraw } from "./redraw";

export interface Order {
  file: Blob;
  width: number;
  height: number;
}

const worker = self as unknown as DedicatedWorkerGlobalScope;

worker.addEventListener("message", async (event: MessageEvent<Order>) => {
  const { file, width, height } = event.data;
  try {
    const bytes = await redraw(file, width, height);
    worker.postMessage(bytes, [bytes]);
  } catch {
    worker.postMessage(null);
  }
});
