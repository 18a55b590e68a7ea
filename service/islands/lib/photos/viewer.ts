// Photos of a page one at a time, as large as the screen: arrow keys and buttons go on, Esc closes. The links do the same
// without scripts, and with a key that opens them elsewhere.
import { all, maybe, one } from "../page/dom";

export function openPhotos(within: HTMLElement): void {
  const dialog = maybe<HTMLDialogElement>("[data-viewer]");
  if (!dialog) return;
  let links: HTMLAnchorElement[] = [];
  let at = 0;
  const show = (index: number) => {
    at = (index + links.length) % links.length;
    const link = links[at];
    if (!link) return;
    const image = one<HTMLImageElement>("[data-viewer-photo]", dialog);
    const alt = maybe<HTMLImageElement>("img[alt]", link)?.alt ?? "";
    image.src = link.href;
    image.alt = alt;
    one("[data-viewer-words]", dialog).textContent = alt;
    one("[data-viewer-count]", dialog).textContent = `${at + 1} / ${links.length}`;
    for (const name of ["before", "next"]) one(`[data-viewer-${name}]`, dialog).hidden = links.length < 2;
  };
  within.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    links = distinct(all<HTMLAnchorElement>("a[data-photo]", within));
    show(links.findIndex((each) => each.href === link.href));
    dialog.showModal();
  });
  one("[data-viewer-before]", dialog).addEventListener("click", () => show(at - 1));
  one("[data-viewer-next]", dialog).addEventListener("click", () => show(at + 1));
  one("[data-viewer-close]", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
}

function distinct(links: HTMLAnchorElement[]): HTMLAnchorElement[] {
  return links.filter((link, index) => links.findIndex((each) => each.href === link.href) === index);
}
