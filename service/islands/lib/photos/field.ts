// The photos of a form: chosen from camera or device, made smaller, shown, and taken off again.
import { fromTemplate, one } from "../page/dom";
import { say } from "../page/words";
import { newId } from "../requests/ids";
import type { KeptPhoto } from "../storage/store";
import { preview } from "./preview";
import { UnsupportedPhoto, shrink } from "./shrink";
import { listenToSources } from "./sources";

/** Chosen photos, apart from the elements that show them, which may be redrawn meanwhile. */
export interface Chosen {
  photos: KeptPhoto[];
  busy: Promise<void>;
}

export function nothingChosen(): Chosen {
  return { photos: [], busy: Promise.resolve() };
}

export class PhotoField {
  private readonly list: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly most: number;

  constructor(
    private readonly box: HTMLElement,
    readonly chosen: Chosen,
  ) {
    this.list = one("[data-chosen]", box);
    this.problem = one("[data-photo-problem]", box);
    this.most = Number(box.dataset.most);
    listenToSources(box, (files) => (chosen.busy = chosen.busy.then(() => this.take(files))));
    this.draw();
  }

  draw(): void {
    this.list.replaceChildren(...this.chosen.photos.map((photo, n) => this.tile(photo, n)));
    this.list.hidden = this.chosen.photos.length === 0;
  }

  private async take(files: File[]): Promise<void> {
    const room = this.most - this.chosen.photos.length;
    this.showNote(files.length > room ? say("too_many", { n: this.most }) : "");
    for (const file of files.slice(0, room)) {
      try {
        const { bytes, type } = await shrink(file);
        this.chosen.photos.push({ id: newId(), report: "", order: this.chosen.photos.length, type, bytes, state: "waiting" });
      } catch (error) {
        this.showNote(say(error instanceof UnsupportedPhoto ? error.message : "failed"));
      }
      this.draw();
    }
  }

  private tile(photo: KeptPhoto, n: number): HTMLElement {
    const tile = fromTemplate("[data-photo-tile]", this.box);
    const image = one<HTMLImageElement>("img", tile);
    image.alt = say("photo", { n: n + 1 });
    preview(image, URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })), photo.type);
    one(".photo-state span", tile).textContent = say("ready");
    one("button", tile).addEventListener("click", () => {
      this.chosen.photos = this.chosen.photos.filter((each) => each.id !== photo.id);
      URL.revokeObjectURL(image.src);
      this.draw();
    });
    return tile;
  }

  private showNote(text: string): void {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }
}
