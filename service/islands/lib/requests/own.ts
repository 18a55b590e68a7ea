// Whether this browser is a report's sender or follower already: told by its cookie, where its database was cleared.
import { readAnswer, textOf } from "./answer";
import { within } from "./timeout";

const PATIENCE_MS = 4000;

/** Return the secret that the report's page has been shown by this browser; null for a stranger's, and without an answer. */
export async function ownSecret(code: string): Promise<string | null> {
  try {
    const response = await fetch(`/r/${code}/own`, { headers: { accept: "application/json" }, signal: within(PATIENCE_MS) });
    const outcome = await readAnswer(response, (body) => ("secret" in body ? { secret: textOf(body.secret) } : null));
    return "done" in outcome ? outcome.done.secret : null;
  } catch {
    return null;
  }
}
