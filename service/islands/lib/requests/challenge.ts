// What a server says that is asked too often: a puzzle whose answer lets one request more pass.
/** From the problem JSON of a 429: for each part `i` an `n` so that SHA-256 of `token.i.n` has `bits` zero bits. */
export interface Challenge {
  token: string;
  bits: number;
  parts: number;
}

/** Nobody's phone shall work for minutes because a server asks it to. */
const MOST_BITS = 28;

export function challengeIn(problem: Record<string, unknown>): Challenge | null {
  const { token, bits, parts } = (problem.challenge ?? {}) as Partial<Challenge>;
  const fits = typeof token === "string" && typeof bits === "number" && typeof parts === "number";
  return fits && bits <= MOST_BITS && parts <= 64 && token.length <= 40 ? { token, bits, parts } : null;
}
