// What a service worker sends with: no progress to show, and no thread but its own.
import { headersFor, type Line } from "./line";
import { PATIENCE_MS, within } from "./timeout";
import { solve } from "./puzzle";

export const plainLine: Line = {
  upload: ({ method, url, body, extra }, secret) =>
    fetch(url, {
      method,
      headers: { ...headersFor(secret), ...extra },
      body,
      credentials: "omit",
      signal: within(10 * PATIENCE_MS),
    }),
  prove: solve,
};
