// The small picture of a photo on this phone. What the browser cannot draw (HEIC, mostly) is named instead of shown broken.
import { say } from "../page/words";

/** Give the image its source; in its place stands the kind of photo where it cannot be drawn. */
export function preview(image: HTMLImageElement, src: string, type: string): void {
  image.addEventListener("error", () => image.replaceWith(named(type, image.alt)), { once: true });
  image.src = src;
}

function named(type: string, alt: string): HTMLElement {
  const box = document.createElement("span");
  box.className = "photo-waiting";
  box.dataset.noPreview = "";
  const short = (type.split("/")[1] ?? "").toUpperCase();
  box.textContent = `${alt}. ${say("no_preview", { type: short })}`;
  return box;
}
