// Giving up on what does not answer. `AbortSignal.timeout` would say it shorter; Safari before 16 and Chrome before 103
// have none, and they are among the browsers that the build is made for.

export const PATIENCE_MS = 60 * 1000;

/** Return a signal that aborts after `limitMs`. */
export function within(limitMs: number): AbortSignal {
  const control = new AbortController();
  setTimeout(() => control.abort(), limitMs);
  return control.signal;
}
