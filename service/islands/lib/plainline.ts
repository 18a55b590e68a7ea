// What a service worker sends with: no progress to show, and no thread but its own.
import { headersFor, PATIENCE_MS, type Line } from "./line";
import { solve } from "./puzzle";

export const plainLine: Line = {
  upload: ({ method, url, body, extra }, secret) =>
    fetch(url, {
      method,
      headers: { ...headersFor(secret), ...extra },
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(10 * PATIENCE_MS),
    }),
  prove: solve,
};
