// Unit tests of the islands' own reasoning, in Node with an IndexedDB in memory; what a page does is tried in `tests/journeys`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["**/*.test.ts"], setupFiles: ["./testing/browser.ts"], silent: "passed-only", unstubGlobals: true, restoreMocks: true },
});
