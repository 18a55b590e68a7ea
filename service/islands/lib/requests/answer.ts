// Reading an answer: done, refused or later. Between a phone and the service stand portals, proxies and firewalls that
// answer in its place; whatever is not an answer of the service in its own shape means "later".
import { challengeIn, type Challenge } from "./challenge";
import type { Problem } from "../storage/store";

/** A body in JSON, its fields not looked at yet. */
export type Body = Record<string, unknown>;

/** `later` is how many milliseconds to wait at least, 0 where nobody said so. */
export type Outcome<T> = { done: T } | { refused: Problem; body: Body } | { later: number; challenge?: Challenge };

/** Return the body as what was asked for, null where it is something else. */
export type Shape<T> = (body: Body) => T | null;

/** The service says with this header that an answer is its own; a page or file without it is somebody else's. */
export const OWN_HEADER = "x-hientruong";
const PROBLEM = "urn:hientruong:problem:";
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/** Read an answer that should be JSON of `shape`. */
export async function readAnswer<T>(response: Response, shape: Shape<T>): Promise<Outcome<T>> {
  const later = waitOf(response);
  if (isDiverted(response)) return { later };
  const body = await bodyOf(response);
  if (!body) return { later };
  if (response.ok) {
    const done = shape(body);
    return done === null ? { later } : { done };
  }
  const refused = problemIn(response, body);
  if (!refused) return { later };
  if (refused.status !== 429 && refused.status !== 408 && refused.status < 500) return { refused, body };
  const challenge = refused.status === 429 ? challengeIn(body) : null;
  return { later, ...(challenge ? { challenge } : {}) };
}

/** Return whether a page, part or file comes from the service itself, as it was asked for. */
export function isOwn(response: Response): boolean {
  return response.ok && response.status !== 206 && !isDiverted(response) && response.headers.has(OWN_HEADER);
}

function isGone(response: Response): boolean {
  return (response.status === 404 || response.status === 410) && !isDiverted(response) && response.headers.has(OWN_HEADER);
}

/** Return the text of a page's part, null for whatever else comes or where nothing comes; `gone` is called where the
 *  service itself says that it is there no more.
 */
export async function partAt(url: string, { gone, ...init }: RequestInit & { gone?: () => void } = {}): Promise<string | null> {
  try {
    const response = await fetch(url, { ...init, headers: { "hx-request": "true", ...init.headers } });
    if (isGone(response)) gone?.();
    return isOwn(response) ? await response.text() : null;
  } catch {
    return null;
  }
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isDiverted(response: Response): boolean {
  if (response.redirected) return true;
  // An answer that a page's XMLHttpRequest brought has neither type nor address: `page_line.ts` looks at those.
  return response.type !== "basic" && response.type !== "default";
}

async function bodyOf(response: Response): Promise<Body | null> {
  const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== (response.ok ? "application/json" : "application/problem+json")) return null;
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Body) : null;
  } catch {
    return null;
  }
}

function problemIn(response: Response, body: Body): Problem | null {
  if (!String(body.type).startsWith(PROBLEM) || body.status !== response.status) return null;
  return {
    status: response.status,
    title: String(body.title ?? ""),
    detail: String(body.detail ?? ""),
    errors: Array.isArray(body.errors) ? (body.errors as Problem["errors"]) : [],
    ...(typeof body.offset === "number" ? { offset: body.offset } : {}),
  };
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get("retry-after"));
  return seconds > 0 ? Math.min(LONGEST_WAIT_MS, 1000 * seconds) : 0;
}
