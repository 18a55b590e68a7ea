// What a browser has and Node has not: a database, a place for listeners, a tab's own memory.
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach } from "vitest";

const tab = new Map<string, string>();
const leaving: (() => void)[] = [];

/** The page goes, as when another is opened in its place. */
export function leave(): void {
  for (const heard of leaving.splice(0)) heard();
}

Object.assign(globalThis, {
  self: globalThis,
  window: globalThis,
  addEventListener: (kind: string, heard: () => void) => kind === "pagehide" && leaving.push(heard),
  sessionStorage: {
    getItem: (key: string) => tab.get(key) ?? null,
    setItem: (key: string, value: string) => void tab.set(key, value),
    removeItem: (key: string) => void tab.delete(key),
  },
});

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  tab.clear();
});
