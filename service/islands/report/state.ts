// The report being written: kept on the phone at every change, so that nothing typed or taken is ever lost.
import { newId } from "../lib/ids";
import { withRoom } from "../lib/room";
import { photosOf, store, type Draft, type KeptPhoto, type Submission } from "../lib/store";

const KEY = "current";

export class State {
  draft: Draft = blank();
  photos: KeptPhoto[] = [];

  /** Take up what was left unfinished, however old: only the person drops it. */
  async load(): Promise<void> {
    const kept = await (await store()).get("draft", KEY);
    if (!kept) return;
    this.draft = kept;
    this.photos = await photosOf(kept.id);
  }

  /** Whether there is something one would miss. */
  get begun(): boolean {
    return this.photos.length > 0 || this.draft.category !== "" || this.draft.description !== "";
  }

  async startAnew(): Promise<void> {
    const database = await store();
    await database.delete("draft", KEY);
    for (const photo of this.photos) await database.delete("photos", photo.id);
    this.draft = blank();
    this.photos = [];
  }

  changed(): void {
    this.draft.changedAt = Date.now();
    void this.keep().catch(() => undefined);
  }

  async keep(): Promise<void> {
    await (await store()).put("draft", structuredClone(this.draft), KEY);
  }

  async addPhoto(photo: KeptPhoto): Promise<void> {
    await withRoom(async () => (await store()).put("photos", photo));
    this.photos.push(photo);
    await this.keep();
  }

  async removePhoto(id: string): Promise<void> {
    this.photos = this.photos.filter((each) => each.id !== id);
    await (await store()).delete("photos", id);
  }

  submission(): Submission {
    const { id, category, description, answers, address, place, photoTime, usePhotoTime, seenAt, contact, anonymous = false } = this.draft;
    if (!place) throw new Error("no place");
    const given = Object.fromEntries(
      Object.entries(answers)
        .filter(([, value]) => value.length > 0)
        .map(([code, value]) => [code, zoned(value)]),
    );
    return {
      id,
      category,
      description: description.trim(),
      location: place,
      address: address.trim(),
      attributes: given,
      occurred_at: (usePhotoTime ? photoTime : undefined) ?? seenAt ?? localNow(),
      ...(contact && Object.keys(contact).length && !anonymous ? { contact } : {}),
      anonymous,
    };
  }

  /** The report waits to be sent now: the sheet starts anew. Its photos stay, they belong to what waits. */
  async handOver(): Promise<void> {
    await (await store()).delete("draft", KEY);
    this.draft = blank();
    this.photos = [];
  }
}

/** What a field for a local time holds, with the phone's zone; any other answer as it is. */
function zoned(answer: string | string[]): string | string[] {
  const isTime = typeof answer === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(answer);
  return isTime ? localNow(new Date(answer)) : answer;
}

/** Now with the phone's own offset, so that the hour can be read as it was. */
export function localNow(at: Date = new Date()): string {
  const minutes = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

function blank(): Draft {
  return { id: newId(), category: "", description: "", answers: {}, address: "", placed: false, changedAt: Date.now() };
}
