// One request to the service and what its answer means: done, refused with a reason, or later. Where the server
// is asked too often, its puzzle is solved and the request goes again at once.
import { challengeIn, type Challenge } from "./challenge";
import { deviceName } from "./device";
import { tell } from "./news";
import type { Problem } from "./store";

export const PATIENCE_MS = 60 * 1000;
/** A puzzle solved is a request allowed; should the next answer be another puzzle, something else is wrong. */
const MOST_PROOFS = 2;

export type Outcome = { done: true; body: Record<string, unknown> } | { refused: Problem } | { later: number };

/** What goes over the line: a whole photo as a form, or a piece of one. */
export interface Cargo {
  method: "POST" | "PATCH";
  url: string;
  body: FormData | ArrayBuffer;
  extra?: Record<string, string>;
}

export type Upload = (cargo: Cargo, secret: string, part: (done: number) => void) => Promise<Response>;

/** How photos are sent and puzzles solved: a page shows progress and has a worker, a service worker has neither. */
export interface Line {
  upload: Upload;
  prove: (challenge: Challenge) => Promise<string>;
}

export async function ask(line: Line, send: (extra: Record<string, string>) => Promise<Response>): Promise<Outcome> {
  const device = await deviceName();
  const extra: Record<string, string> = device ? { "x-device-id": device } : {};
  for (let proofs = 0; ; proofs += 1) {
    let response: Response;
    try {
      response = await send(extra);
    } catch {
      return { later: 0 };
    }
    const told = await json(response);
    if (response.ok) return { done: true, body: told };
    const challenge = response.status === 429 && proofs < MOST_PROOFS ? challengeIn(told) : null;
    if (!challenge) return meaning(response, told);
    tell({ kind: "proving", id: "" });
    try {
      extra["x-proof-of-work"] = await line.prove(challenge);
    } catch {
      return meaning(response, told);
    }
  }
}

function meaning(response: Response, told: Record<string, unknown>): Outcome {
  if (response.status === 429 || response.status >= 500 || response.status === 408) {
    return { later: 1000 * Number(response.headers.get("retry-after") ?? 0) || 0 };
  }
  return {
    refused: {
      status: response.status,
      title: String(told.title ?? ""),
      detail: String(told.detail ?? ""),
      errors: (told.errors as Problem["errors"]) ?? [],
      ...(typeof told.offset === "number" ? { offset: told.offset } : {}),
    },
  };
}

async function json(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function headersFor(secret = ""): Record<string, string> {
  return { authorization: `Report ${secret}`, accept: "application/json" };
}
