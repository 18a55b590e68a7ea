// Taking a photo on the spot, with the photo from before laid faintly over the picture, to take the same view.
import { all, fromTemplate, maybe, one } from "../../lib/page/dom";
import { newId } from "../../lib/requests/ids";
import type { Shot } from "../../lib/storage/round_store";
import { preview } from "../../lib/photos/preview";
import { UnsupportedPhoto, shrink } from "../../lib/photos/shrink";
import { say } from "../../lib/page/words";

const LONG_SIDE = 2048;
const QUALITY = 0.86;
const MOST = 4;

export class Camera {
  readonly shots: Shot[] = [];
  private readonly box: HTMLElement;
  private readonly video: HTMLVideoElement;
  private readonly ghost: HTMLImageElement;
  private stream?: MediaStream;

  constructor(
    place: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.box = fromTemplate("[data-camera]");
    place.replaceChildren(this.box);
    this.video = one<HTMLVideoElement>("[data-video]", this.box);
    this.ghost = one<HTMLImageElement>("[data-ghost]", this.box);
    const start = one("[data-start]", this.box);
    start.hidden = !navigator.mediaDevices?.getUserMedia;
    start.addEventListener("click", () => void this.start());
    one("[data-shutter]", this.box).addEventListener("click", () => void this.shoot());
    one<HTMLInputElement>("[data-ghost-level]", this.box).addEventListener("input", (event) => this.fade(Number((event.target as HTMLInputElement).value)));
    for (const input of all<HTMLInputElement>("[data-file], [data-file-device]", this.box)) {
      input.addEventListener("change", () => {
        const files = [...(input.files ?? [])];
        input.value = "";
        void this.take(files);
      });
    }
  }

  /** The photo from before, to be laid over; none for a place that nobody photographed. */
  before(url: string | null): void {
    this.ghost.hidden = !url;
    one("[data-ghost-range]", this.box).hidden = true;
    if (url) this.ghost.src = url;
  }

  /** Photos of a verdict that is taken up again. */
  restore(shots: Shot[]): void {
    for (const shot of shots) this.add(shot);
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    one("[data-stage]", this.box).hidden = true;
    one("[data-ghost-range]", this.box).hidden = true;
  }

  private async start(): Promise<void> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: LONG_SIDE } }, audio: false });
      this.video.srcObject = this.stream;
      one("[data-stage]", this.box).hidden = false;
      one("[data-ghost-range]", this.box).hidden = this.ghost.hidden;
      this.fade(Number(one<HTMLInputElement>("[data-ghost-level]", this.box).value));
      await this.video.play();
    } catch {
      this.note(say("camera_denied"));
    }
  }

  private fade(percent: number): void {
    this.ghost.style.opacity = String(percent / 100);
  }

  private async shoot(): Promise<void> {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    const scale = Math.min(1, LONG_SIDE / Math.max(videoWidth, videoHeight));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    canvas.getContext("2d")?.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    const at = new Date().toISOString();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (blob) this.add({ ...this.blank(), type: "image/jpeg", bytes: await blob.arrayBuffer(), at });
    this.stop();
  }

  private async take(files: File[]): Promise<void> {
    for (const file of files) {
      try {
        const { bytes, type, takenAt } = await shrink(file);
        const at = takenAt ? new Date(takenAt) : new Date(file.lastModified);
        this.add({ ...this.blank(), type, bytes, at: Number.isNaN(at.getTime()) ? null : at.toISOString() });
      } catch (error) {
        this.note(say(error instanceof UnsupportedPhoto ? error.message : "failed"));
      }
    }
  }

  private blank(): Omit<Shot, "type" | "bytes" | "at"> {
    return { id: newId(), item: "", order: this.shots.length, sent: false };
  }

  private add(shot: Shot): void {
    if (this.shots.length >= MOST) return;
    this.shots.push(shot);
    const tile = fromTemplate("[data-shot]");
    const image = one<HTMLImageElement>("img", tile);
    preview(image, URL.createObjectURL(new Blob([shot.bytes], { type: shot.type })), shot.type);
    one("button", tile).addEventListener("click", () => {
      this.shots.splice(this.shots.indexOf(shot), 1);
      URL.revokeObjectURL(image.src);
      tile.remove();
      this.changed();
    });
    one("[data-shots]", this.box).append(tile);
    this.note("");
    this.changed();
  }

  private note(text: string): void {
    const place = maybe("[data-camera-note]", this.box);
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  }
}
