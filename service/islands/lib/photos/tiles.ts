// Photos on their way: a tile each, which tells how much of it has arrived.
import { maybe } from "../page/dom";
import type { News } from "../requests/news";
import type { KeptPhoto } from "../storage/store";
import { preview } from "./preview";
import { say } from "../page/words";

export function tileOf(photo: KeptPhoto, src: string, words = ""): HTMLElement {
  const tile = document.createElement("li");
  tile.className = photo.state === "refused" ? "photo photo-wrong" : "photo";
  tile.dataset.photo = photo.id;
  const image = document.createElement("img");
  image.alt = say("photo", { n: photo.order + 1 });
  tile.append(image);
  preview(image, src, photo.type);
  if (words) stateOf(tile).textContent = words;
  return tile;
}

/** Shows what is told of a photo on its tile, if one is there. */
export function show(news: News, within: ParentNode = document): void {
  const tile = news.photo ? maybe(`li[data-photo="${news.photo}"]`, within) : null;
  if (!tile) return;
  const percent = news.kind === "progress" ? Math.round(100 * (news.part ?? 0)) : 100;
  const done = news.kind === "changed";
  tile.classList.toggle("photo-wrong", Boolean(news.problem));
  if (news.problem) {
    stateOf(tile).textContent = news.problem;
    maybe("progress", tile)?.remove();
    return;
  }
  stateOf(tile).textContent = done ? say("photo_sent") : say("photo_percent", { n: percent });
  const bar = maybe<HTMLProgressElement>("progress", tile) ?? barOf(tile);
  bar.value = percent;
}

function stateOf(tile: HTMLElement): HTMLElement {
  const known = maybe(".photo-state span", tile);
  if (known) return known;
  const state = document.createElement("span");
  state.className = "photo-state";
  const words = document.createElement("span");
  state.append(words);
  tile.append(state);
  return words;
}

function barOf(tile: HTMLElement): HTMLProgressElement {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", say("photo_progress"));
  maybe(".photo-state", tile)?.append(bar);
  return bar;
}
