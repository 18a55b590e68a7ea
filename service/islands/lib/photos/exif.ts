// What a JPEG says of itself: the place and time of the shot, and its Exif block, so that a smaller copy keeps
// the evidence. Nothing is thrown for a broken file: then it says nothing.
import type { Place } from "../storage/store";

export interface Exif {
  place?: Place;
  /** The camera's local time, `2026-05-04T08:30:00`, with its offset where the camera knew it. */
  takenAt?: string;
}

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const TAKEN = 0x9003;
const OFFSET = 0x9011;

/** The Exif segment with its marker and length, or null. */
export function exifSegment(bytes: ArrayBuffer): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(bytes);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 < view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && at + 10 < view.byteLength && view.getUint32(at + 4) === 0x45786966) {
      return new Uint8Array(bytes.slice(at, at + 2 + length));
    }
    if (marker === 0xffda || (marker & 0xff00) !== 0xff00 || length < 2) return null;
    at += 2 + length;
  }
  return null;
}

export function readExif(segment: Uint8Array<ArrayBuffer> | null): Exif {
  if (!segment) return {};
  try {
    return new Reader(segment).read();
  } catch {
    return {};
  }
}

/** The segment for a picture that stands upright already: its orientation says 1. */
export function upright(segment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = segment.slice();
  try {
    new Reader(copy).setUpright();
  } catch {
    // A directory we cannot read has no orientation that others could.
  }
  return copy;
}

/** `jpeg` with the segment put behind its first marker. */
export function withExif(jpeg: ArrayBuffer, segment: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const whole = new Uint8Array(jpeg.byteLength + segment.length);
  whole.set(new Uint8Array(jpeg, 0, 2));
  whole.set(segment, 2);
  whole.set(new Uint8Array(jpeg, 2), 2 + segment.length);
  return whole.buffer;
}

class Reader {
  private readonly view: DataView;
  private readonly little: boolean;

  constructor(segment: Uint8Array<ArrayBuffer>) {
    this.view = new DataView(segment.buffer, segment.byteOffset + 10);
    this.little = this.view.getUint16(0) === 0x4949;
  }

  read(): Exif {
    const first = this.entries(this.u32(4));
    const gps = first.get(GPS_IFD);
    const exif = first.get(EXIF_IFD);
    const found: Exif = {};
    const place = gps === undefined ? undefined : this.place(this.entries(this.u32(gps + 8)));
    if (place) found.place = place;
    const takenAt = exif === undefined ? undefined : this.time(this.entries(this.u32(exif + 8)));
    if (takenAt) found.takenAt = takenAt;
    return found;
  }

  setUpright(): void {
    const at = this.entries(this.u32(4)).get(ORIENTATION);
    if (at !== undefined) this.view.setUint16(at + 8, 1, this.little);
  }

  private entries(start: number): Map<number, number> {
    const found = new Map<number, number>();
    for (let n = 0; n < this.u16(start); n += 1) found.set(this.u16(start + 2 + 12 * n), start + 2 + 12 * n);
    return found;
  }

  private place(gps: Map<number, number>): Place | undefined {
    const lat = this.degrees(gps.get(2), gps.get(1), "S");
    const lon = this.degrees(gps.get(4), gps.get(3), "W");
    if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return undefined;
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : undefined;
  }

  private degrees(value: number | undefined, side: number | undefined, negative: string): number | undefined {
    if (value === undefined || side === undefined) return undefined;
    const at = this.u32(value + 8);
    const [degrees, minutes, seconds] = [0, 8, 16].map((step) => this.u32(at + step) / this.u32(at + step + 4));
    const whole = (degrees ?? NaN) + (minutes ?? NaN) / 60 + ((seconds ?? 0) || 0) / 3600;
    if (!Number.isFinite(whole)) return undefined;
    return String.fromCharCode(this.view.getUint8(side + 8)) === negative ? -whole : whole;
  }

  private time(exif: Map<number, number>): string | undefined {
    const taken = exif.get(TAKEN);
    const found = taken === undefined ? null : /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(this.text(taken));
    if (!found) return undefined;
    const offset = exif.get(OFFSET);
    const zone = offset === undefined ? null : /^[+-]\d\d:\d\d/.exec(this.text(offset));
    return `${found[1]}-${found[2]}-${found[3]}T${found[4]}${zone?.[0] ?? ""}`;
  }

  private text(entry: number): string {
    const count = this.u32(entry + 4);
    const at = count > 4 ? this.u32(entry + 8) : entry + 8;
    let out = "";
    for (let n = 0; n < count; n += 1) out += String.fromCharCode(this.view.getUint8(at + n));
    return out;
  }

  private u16(at: number): number {
    return this.view.getUint16(at, this.little);
  }

  private u32(at: number): number {
    return this.view.getUint32(at, this.little);
  }
}
