// A photo drawn anew at another size, upright, as a JPEG. Runs in a worker where there can be one.

const QUALITY = 0.84;

export async function redraw(file: Blob, width: number, height: number): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file, {
    imageOrientation: "from-image",
    resizeWidth: Math.max(1, width),
    resizeHeight: Math.max(1, height),
    resizeQuality: "high",
  });
  const canvas = blank(picture.width, picture.height);
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0);
  picture.close();
  const blob = await packed(canvas);
  canvas.width = canvas.height = 0;
  return blob.arrayBuffer();
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
