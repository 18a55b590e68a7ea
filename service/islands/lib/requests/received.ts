// Answers to what is sent, as far as the phone needs them: each names what it is about.
import { textOf, type Body, type Shape } from "./answer";

export interface Receipt {
  code: string;
  secret: string;
}

/** Bytes of a photo that have arrived; `taken` once it is a photo of the report. */
interface Progress {
  offset: number;
  taken: boolean;
}

/** The receipt for the report that was sent under `id`. The secret is told to its sender alone. */
export function receiptFor(id: string): Shape<Receipt> {
  return (body) => {
    const code = textOf(body.code);
    const knows = typeof body.secret === "string" || body.secret === null;
    return body.id === id && code && knows ? { code, secret: textOf(body.secret) ?? "" } : null;
  };
}

/** The receipt for following the report of that code. */
export function followOf(code: string): Shape<Receipt> {
  return (body) => {
    const knows = typeof body.secret === "string" || body.secret === null;
    return textOf(body.id) && knows ? { code, secret: textOf(body.secret) ?? "" } : null;
  };
}

/** A comment that was taken down. */
export function remarkOf(body: Body): Body | null {
  return textOf(body.id) && typeof body.text === "string" && textOf(body.kind) ? body : null;
}

/** A photo of the report: ours, or one of the same content that was there before. */
export function photoOf(body: Body): Body | null {
  return textOf(body.id) && textOf(body.state) && typeof body.width === "number" ? body : null;
}

/** Return the parser of the progress of a photo of `length` bytes. */
export function progressOf(length: number): Shape<Progress> {
  return (body) => {
    const { offset, photo } = body;
    const taken = typeof photo === "object" && photo !== null;
    if (taken && !photoOf(photo as Body)) return null;
    const fits = typeof offset === "number" && Number.isInteger(offset) && offset >= 0 && offset <= length;
    return taken ? { offset: length, taken } : fits ? { offset, taken } : null;
  };
}
