// Making a photo small enough for a bad network: upright, its long side at most 2048, its Exif kept as evidence.
import { redraw } from "./redraw";
import type { Order } from "./shrinker";
import { exifSegment, readExif, upright, withExif, type Exif } from "./exif";

const LONG_SIDE = 2048;
const LONGEST = 7;
const MOST_BYTES = 15 * 1024 * 1024;
const SMALL_BYTES = 700 * 1024;

interface Shrunk extends Exif {
  bytes: ArrayBuffer;
  type: string;
}

export class UnsupportedPhoto extends Error {}

/** Raises UnsupportedPhoto with the key of the sentence that says why. A format the browser cannot draw goes as it is. */
export async function shrink(file: File): Promise<Shrunk> {
  const original = await file.arrayBuffer();
  const segment = exifSegment(original);
  const evidence = readExif(segment);
  const size = await sizeOf(file);
  if (!size) {
    if (!looksLikePhoto(file)) throw new UnsupportedPhoto("not_photo");
    if (original.byteLength > MOST_BYTES) throw new UnsupportedPhoto("too_large");
    return { ...evidence, bytes: original, type: file.type || "image/heic" };
  }
  const scale = scaleOf(size);
  const good = file.type === "image/jpeg" || file.type === "image/webp";
  if (scale === 1 && good && original.byteLength <= SMALL_BYTES) return { ...evidence, bytes: original, type: file.type };
  const jpeg = await redrawn(file, Math.round(size.width * scale), Math.round(size.height * scale));
  if (!jpeg) {
    if (original.byteLength > MOST_BYTES) throw new UnsupportedPhoto("too_large");
    return { ...evidence, bytes: original, type: file.type || "image/jpeg" };
  }
  return { ...evidence, bytes: segment ? withExif(jpeg, upright(segment)) : jpeg, type: "image/jpeg" };
}

/** As the service shrinks its public version: a panorama by its long side alone could not be read. */
function scaleOf({ width, height }: { width: number; height: number }): number {
  const [longest, shortest] = [Math.max(width, height), Math.min(width, height)];
  return Math.min(1, Math.max(LONG_SIDE / longest, LONG_SIDE / 2 / shortest), (LONGEST * LONG_SIDE) / longest);
}

/** As it is shown, its orientation applied; null for what the browser cannot draw. */
async function sizeOf(file: File): Promise<{ width: number; height: number } | null> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    });
    return image.naturalWidth ? { width: image.naturalWidth, height: image.naturalHeight } : null;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** In a worker, so that nothing stutters; in the page on a phone that cannot draw elsewhere; null where it cannot draw
 *  at all: then the photo goes as it is.
 */
async function redrawn(file: File, width: number, height: number): Promise<ArrayBuffer | null> {
  try {
    if (typeof OffscreenCanvas !== "undefined") return await order({ file, width, height });
  } catch {
    // The worker may not have been kept for when there is no network.
  }
  try {
    return await redraw(file, width, height);
  } catch {
    return null;
  }
}

function order(wanted: Order): Promise<ArrayBuffer> {
  const worker = new Worker(new URL("./shrinker.ts", import.meta.url), { type: "module" });
  return new Promise<ArrayBuffer>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<ArrayBuffer | null>) => (event.data ? resolve(event.data) : reject(new Error()));
    worker.onerror = reject;
    worker.postMessage(wanted);
  }).finally(() => worker.terminate());
}

function looksLikePhoto(file: File): boolean {
  return /^image\/(jpeg|png|webp|hei[cf])/.test(file.type) || /\.(jpe?g|png|webp|hei[cf])$/i.test(file.name);
}
