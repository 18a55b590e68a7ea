// One request to the service, sent again at once where the server is asked too often and its puzzle was solved.
import { readAnswer, type Outcome, type Shape } from "./answer";
import type { Challenge } from "./challenge";
import { deviceName } from "./device";
import { announce } from "./news";
import { PATIENCE_MS, within } from "./timeout";

/** A puzzle solved is a request allowed; should the next answer be another puzzle, something else is wrong. */
const MOST_PROOFS = 2;

/** Request that uploads a whole photo as a form, or a piece of one. */
export interface UploadRequest {
  method: "POST" | "PATCH";
  url: string;
  body: FormData | ArrayBuffer;
  extra?: Record<string, string>;
}

export type Upload = (cargo: UploadRequest, secret: string, part: (done: number) => void) => Promise<Response>;

/** Way to send photos and solve puzzles: a page shows progress and has a worker, a service worker has neither. */
export interface Line {
  upload: Upload;
  prove: (challenge: Challenge) => Promise<string>;
}

export async function ask<T>(line: Pick<Line, "prove">, shape: Shape<T>, send: (extra: Record<string, string>) => Promise<Response>): Promise<Outcome<T>> {
  const device = await deviceName();
  const extra: Record<string, string> = device ? { "x-device-id": device } : {};
  for (let proofs = 0; ; proofs += 1) {
    let outcome: Outcome<T>;
    try {
      outcome = await readAnswer(await send(extra), shape);
    } catch {
      return { later: 0 };
    }
    const challenge = "later" in outcome && proofs < MOST_PROOFS ? outcome.challenge : undefined;
    if (!challenge) return outcome;
    announce({ kind: "proving", id: "" });
    try {
      extra["x-proof-of-work"] = await line.prove(challenge);
    } catch {
      return outcome;
    }
  }
}

/** Send JSON and read JSON of `shape`. */
export function post<T>(line: Pick<Line, "prove">, shape: Shape<T>, url: string, body: unknown, headers: Record<string, string> = {}, method: "POST" | "PUT" = "POST"): Promise<Outcome<T>> {
  return ask(line, shape, (extra) =>
    fetch(url, {
      method,
      headers: { ...headers, ...extra, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "x-csrf-token" in headers ? "same-origin" : "omit",
      signal: within(PATIENCE_MS),
    }),
  );
}

export function headersFor(secret = ""): Record<string, string> {
  return { authorization: `Report ${secret}`, accept: "application/json" };
}
