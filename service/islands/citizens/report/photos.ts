// First step: photos, made smaller as they are added; what they say of place and time is offered later.
import { all, fromTemplate, one } from "../../lib/page/dom";
import { newId } from "../../lib/requests/ids";
import { preview } from "../../lib/photos/preview";
import { UnsupportedPhoto, shrink } from "../../lib/photos/shrink";
import { listenToSources } from "../../lib/photos/sources";
import type { KeptPhoto } from "../../lib/storage/store";
import { tileOf } from "../../lib/photos/tiles";
import { toast } from "../../lib/page/toast";
import { say } from "../../lib/page/words";
import type { State } from "./state";

const MOST = 6;

export class Photos {
  private readonly list: HTMLElement;
  private readonly camera: HTMLElement;
  private readonly urls = new Map<string, string>();
  private busy = 0;

  constructor(
    private readonly sheet: HTMLElement,
    private readonly state: State,
    private readonly changed: () => void,
    private readonly came: () => void,
  ) {
    this.list = one("[data-photos]", sheet);
    this.camera = one("[data-camera]", sheet);
    listenToSources(this.camera, (files) => void this.take(files));
    this.list.replaceChildren();
    for (const photo of state.photos) this.show(photo, say("ready"));
    this.arrange();
  }

  /** Photos that are still being made smaller. */
  get pending(): boolean {
    return this.busy > 0;
  }

  /** Photos that came another way than by the buttons, such as from another app. */
  async give(files: File[]): Promise<void> {
    await this.take(files);
  }

  thumbnails(): HTMLElement[] {
    return this.state.photos.map((photo) => tileOf(photo, this.urlOf(photo)));
  }

  private async take(files: File[]): Promise<void> {
    const room = MOST - this.state.photos.length - this.busy;
    if (files.length > room) toast(say("too_many", { n: MOST }), { bad: true });
    this.busy += Math.min(files.length, room);
    this.changed();
    for (const file of files.slice(0, room)) {
      await this.add(file);
      this.busy -= 1;
      this.arrange();
      this.changed();
    }
    this.came();
  }

  private async add(file: File): Promise<void> {
    try {
      const { bytes, type, place, takenAt } = await shrink(file);
      const order = Math.max(-1, ...this.state.photos.map((each) => each.order)) + 1;
      const sure = takenAt && /[+-]\d\d:\d\d$/.test(takenAt) ? takenAt : undefined;
      const evidence = { ...(place ? { place } : {}), ...(sure ? { takenAt: sure } : {}) };
      const photo: KeptPhoto = { id: newId(), report: this.state.draft.id, order, type, bytes, state: "waiting", ...evidence };
      await this.state.addPhoto(photo);
      this.show(photo, say("ready"));
    } catch (error) {
      toast(say(error instanceof UnsupportedPhoto ? error.message : "failed"), { bad: true });
    }
  }

  private show(photo: KeptPhoto, words: string): void {
    const tile = fromTemplate("[data-photo-tile]", this.sheet);
    tile.dataset.photo = photo.id;
    const image = one<HTMLImageElement>("img", tile);
    image.alt = say("photo", { n: photo.order + 1 });
    preview(image, this.urlOf(photo), photo.type);
    one(".photo-state span", tile).textContent = words;
    one("button", tile).addEventListener("click", () => void this.remove(photo.id, tile));
    this.list.append(tile);
  }

  private async remove(id: string, tile: HTMLElement): Promise<void> {
    await this.state.removePhoto(id);
    URL.revokeObjectURL(this.urls.get(id) ?? "");
    this.urls.delete(id);
    tile.remove();
    this.arrange();
    this.changed();
  }

  private urlOf(photo: KeptPhoto): string {
    const known = this.urls.get(photo.id);
    if (known) return known;
    const made = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
    this.urls.set(photo.id, made);
    return made;
  }

  private arrange(): void {
    this.camera.classList.toggle("camera-small", all("li", this.list).length > 0);
  }
}
