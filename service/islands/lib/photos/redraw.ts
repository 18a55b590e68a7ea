// A photo drawn anew at another size, upright, as a JPEG. Runs in a worker where there can be one.

const QUALITY = 0.84;

export async function redraw(file: Blob, width: number, height: number): Promise<ArrayBuffer> {
  const [wide, high] = [Math.max(1, width), Math.max(1, height)];
  const picture = await opened(file, wide, high);
  const canvas = blank(wide, high);
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, wide, high);
  pen.imageSmoothingQuality = "high";
  // A browser that does not know the options leaves the picture as large as it is.
  pen.drawImage(picture, 0, 0, wide, high);
  if ("close" in picture) picture.close();
  const blob = await packed(canvas);
  canvas.width = canvas.height = 0;
  return blob.arrayBuffer();
}

/** Upright. Safari before 17 refuses or overlooks options; an image element is upright there as well. */
async function opened(file: Blob, resizeWidth: number, resizeHeight: number): Promise<ImageBitmap | HTMLImageElement> {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image", resizeWidth, resizeHeight, resizeQuality: "high" });
  } catch (error) {
    if (typeof Image === "undefined") throw error;
  }
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = reject;
  }).finally(() => URL.revokeObjectURL(image.src));
  return image;
}

function blank(width: number, height: number): HTMLCanvasElement | OffscreenCanvas {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

function packed(canvas: HTMLCanvasElement | OffscreenCanvas): Promise<Blob> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}
