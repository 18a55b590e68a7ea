// The report being written: kept on the phone at every change, so that nothing typed or taken is ever lost.
import { claim } from "../../lib/storage/claim";
import { newId } from "../../lib/requests/ids";
import { photosOf, store, type Draft, type KeptPhoto, type Place, type Submission } from "../../lib/storage/store";
import { draftOfTab, setDraftOfTab } from "./tab";

/** Key under which older versions kept the only draft. */
const FORMER_KEY = "current";

/** A report that was begun in a conversation: the id it will have there, and what was said. */
export interface Begun {
  id: string;
  description: string;
  address: string;
}

export class State {
  draft: Draft = blank();
  photos: KeptPhoto[] = [];
  /** A copy of what another tab writes, until something is changed in it. */
  private borrowed = false;

  /** `isHere` tells whether a place is one of this city: a photo taken elsewhere says nothing about where to look. */
  constructor(private readonly isHere: (place: Place) => boolean = () => true) {}

  /** Take up what was left unfinished, however old: only the person drops it. What another tab is writing is copied
   *  with ids of its own: two tabs are two drafts, and each can be sent.
   */
  async load(begun?: Begun): Promise<void> {
    if (begun && !(await wasSent(begun.id))) setDraftOfTab(begun.id);
    const kept = await unfinished();
    const own = draftOfTab();
    if (own && !kept.some((each) => each.id === own)) {
      this.draft = { ...blank(), ...(begun?.id === own ? begun : { id: own }) };
      await claim(own, true);
      return;
    }
    for (const each of [...kept.filter(({ id }) => id === own), ...kept.filter(({ id }) => id !== own)]) {
      if (!(await claim(each.id, each.id === own))) continue;
      this.draft = each;
      this.photos = await photosOf(each.id);
      return;
    }
    if (kept[0]) await this.borrow(kept[0]);
    await claim(this.draft.id);
  }

  /** Return whether the draft holds anything that would be missed. */
  get begun(): boolean {
    return this.photos.length > 0 || this.draft.category !== "" || this.draft.description !== "";
  }

  /** Begin with kind, place and contact of the report of that code, unless something else is being written. */
  async goOnFrom(code: string): Promise<void> {
    const again = code && !this.begun ? (await store().get("sent", code))?.again : undefined;
    if (!again) return;
    const { category, place, ward, address, contact, anonymous } = again;
    Object.assign(this.draft, { category, address, anonymous, placed: Boolean(place) });
    Object.assign(this.draft, { ...(place ? { place } : {}), ...(ward ? { ward } : {}), ...(contact ? { contact } : {}) });
    await this.keep();
  }

  async startAnew(): Promise<void> {
    await store().delete("draft", this.draft.id);
    for (const photo of this.photos) await store().delete("photos", photo.id);
    this.draft = blank();
    this.photos = [];
    setDraftOfTab(this.draft.id);
  }

  changed(): void {
    this.draft.changedAt = Date.now();
    void this.keep();
  }

  async keep(): Promise<void> {
    setDraftOfTab(this.draft.id);
    await store().put("draft", JSON.parse(JSON.stringify(this.draft)) as Draft, this.draft.id);
    if (!this.borrowed) return;
    this.borrowed = false;
    for (const photo of this.photos) await store().put("photos", photo);
  }

  async addPhoto(photo: KeptPhoto): Promise<void> {
    await store().put("photos", photo);
    this.photos.push(photo);
    await this.readPhotos();
  }

  async removePhoto(id: string): Promise<void> {
    this.photos = this.photos.filter((each) => each.id !== id);
    await store().delete("photos", id);
    await this.readPhotos();
  }

  /** Place and time are those of photos that are there: one taken off again says nothing any more. */
  private async readPhotos(): Promise<void> {
    this.draft.photoPlace = this.photos.find(({ place }) => place && this.isHere(place))?.place;
    this.draft.photoTime = this.photos.find((each) => each.takenAt)?.takenAt;
    if (!this.draft.photoTime) this.draft.usePhotoTime = false;
    await this.keep();
  }

  private async borrow({ problem: _, before: __, ...other }: Draft): Promise<void> {
    this.draft = { ...other, id: newId() };
    const photos = await photosOf(other.id);
    this.photos = photos.map((photo) => ({ ...photo, id: newId(), report: this.draft.id }));
    this.borrowed = true;
  }

  submission(): Submission {
    const { id, category, description, answers, address, ward, photoTime, usePhotoTime, seenAt, contact, anonymous = false } = this.draft;
    const place = ward === undefined ? this.draft.place : undefined;
    if (!place && !isPlaced(this.draft)) throw new Error("no place");
    const given = Object.fromEntries(
      Object.entries(answers)
        .filter(([, value]) => value.length > 0)
        .map(([code, value]) => [code, zoned(value)]),
    );
    return {
      id,
      category,
      description: description.trim(),
      ...(place ? { location: place } : { ward: ward ?? "" }),
      address: address.trim(),
      attributes: given,
      occurred_at: (usePhotoTime ? photoTime : undefined) ?? seenAt ?? localNow(),
      ...(contact && Object.keys(contact).length && !anonymous ? { contact } : {}),
      anonymous,
    };
  }

  /** The report waits to be sent now: the sheet starts anew. Its photos stay, they belong to what waits. */
  async handOver(): Promise<void> {
    await store().delete("draft", this.draft.id);
    setDraftOfTab(null);
    this.draft = blank();
    this.photos = [];
  }
}

/** Return the position that was chosen; nothing where the ward is named in its place. */
export function placeOf({ ward, place, placed }: Pick<Draft, "ward" | "place" | "placed">): Place | undefined {
  return ward === undefined && placed ? place : undefined;
}

/** Return whether enough is known of the place to send: a position, or a ward with an address in it. */
export function isPlaced(draft: Draft): boolean {
  return draft.ward ? draft.address.trim() !== "" : placeOf(draft) !== undefined;
}

async function wasSent(id: string): Promise<boolean> {
  if (await store().get("outbox", id)) return true;
  return (await store().getAll("sent")).some((each) => each.id === id);
}

/** Drafts on this phone, the newest first. */
async function unfinished(): Promise<Draft[]> {
  const former = await store().get("draft", FORMER_KEY);
  if (former) {
    await store().put("draft", former, former.id);
    await store().delete("draft", FORMER_KEY);
  }
  return (await store().getAll("draft")).sort((one, other) => other.changedAt - one.changedAt);
}

/** Return the value of a local-time field with the phone's zone; any other answer unchanged. */
function zoned(answer: string | string[]): string | string[] {
  const isTime = typeof answer === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(answer);
  return isTime ? localNow(new Date(answer)) : answer;
}

/** Now with the phone's own offset, so that the hour can be read as it was. */
function localNow(at: Date = new Date()): string {
  const minutes = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

function blank(): Draft {
  return { id: newId(), category: "", description: "", answers: {}, address: "", placed: false, changedAt: Date.now() };
}
