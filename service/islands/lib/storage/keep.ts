// Keeping things on the phone: in IndexedDB, and where that is closed or full in this page's memory, so that everything
// goes on as long as the page is open. Each table has a key path or is told the key.
import { openDB, type IDBPDatabase } from "idb";

/** Cache of the service worker that is dropped when storage is full: it can be fetched again. */
const FETCHED_AGAIN = "data-2";
/** A database that has not opened by then may be blocked for ever; what was asked of it meanwhile is in memory. */
const OPENS_WITHIN_MS = 5000;

interface Table {
  keyPath?: string;
  index?: string;
}

/** One change of several: `[table, value]` to put, `[table, key]` to drop. All of it is kept or nothing. */
interface Change<T> {
  put?: { [N in keyof T & string]: [N, T[N]] }[keyof T & string][];
  drop?: [keyof T & string, string][];
}

export class Keep<T extends Record<string, unknown>> {
  /** True while data are in this page's memory alone and end with the page. */
  volatile = false;
  private database?: Promise<IDBPDatabase>;
  private stuck = false;
  private readonly memory = new Map<string, Map<string, unknown>>();

  constructor(
    private readonly name: string,
    private readonly tables: { [N in keyof T]: Table },
  ) {}

  async get<N extends keyof T & string>(table: N, key: string): Promise<T[N] | undefined> {
    const near = this.near(table);
    if (near.has(key)) return near.get(key) as T[N];
    return this.far((database) => database.get(table, key) as Promise<T[N] | undefined>, undefined);
  }

  async getAll<N extends keyof T & string>(table: N, index?: string): Promise<T[N][]> {
    const { keyPath, index: path } = this.tables[table];
    const near = this.near(table);
    const wanted = (value: unknown) => index === undefined || (value as Record<string, unknown>)[path ?? ""] === index;
    const far = await this.far((database) => (index === undefined ? database.getAll(table) : database.getAllFromIndex(table, path ?? "", index)) as Promise<T[N][]>, []);
    const hidden = (value: T[N]) => near.has(String((value as Record<string, unknown>)[keyPath ?? "id"]));
    const values = [...near.values()] as T[N][];
    return [...far.filter((value) => !hidden(value)), ...values.filter(wanted)];
  }

  async put<N extends keyof T & string>(table: N, value: T[N], key?: string): Promise<void> {
    const at = key ?? this.keyOf(table, value);
    try {
      const database = await this.opened();
      await withRoom(() => database.put(table, value, this.tables[table].keyPath ? undefined : at));
      this.near(table).delete(at);
    } catch (error) {
      this.remember(table, at, value, error);
    }
  }

  /** Change what lies under `key` now, in one step with reading it. What is gone by then stays gone. */
  async amend<N extends keyof T & string>(table: N, key: string, changed: (value: T[N]) => T[N]): Promise<void> {
    const near = this.near(table).get(key) as T[N] | undefined;
    if (near !== undefined) return this.put(table, changed(near), key);
    let found: T[N] | undefined;
    try {
      const database = await this.opened();
      await withRoom(async () => {
        const change = database.transaction(table, "readwrite");
        found = (await change.store.get(key)) as T[N] | undefined;
        if (found !== undefined) void change.store.put(changed(found), this.tables[table].keyPath ? undefined : key);
        await change.done;
      });
    } catch (error) {
      if (found !== undefined) this.remember(table, key, changed(found), error);
    }
  }

  async delete(table: keyof T & string, key: string): Promise<void> {
    this.near(table).delete(key);
    await this.far((database) => database.delete(table, key), undefined);
  }

  /** Empty these tables in one step: a page that is left meanwhile has emptied all of them or none. */
  async clear(...tables: (keyof T & string)[]): Promise<void> {
    for (const table of tables) this.near(table).clear();
    await this.far(async (database) => {
      const change = database.transaction(tables, "readwrite");
      await Promise.all([...tables.map((table) => change.objectStore(table).clear()), change.done]);
    }, undefined);
  }

  async change({ put = [], drop = [] }: Change<T>): Promise<void> {
    try {
      const database = await this.opened();
      await withRoom(async () => {
        const change = database.transaction(Object.keys(this.tables), "readwrite");
        const requests = [
          ...drop.map(([table, key]) => change.objectStore(table).delete(key)),
          ...put.map(([table, value]) => change.objectStore(table).put(value)),
        ];
        await Promise.all([...requests, change.done]);
      });
      for (const [table, value] of put) this.near(table).delete(this.keyOf(table, value));
    } catch (error) {
      for (const [table, value] of put) this.remember(table, this.keyOf(table, value), value, error);
    }
    for (const [table, key] of drop) this.near(table).delete(key);
  }

  private keyOf(table: keyof T & string, value: unknown): string {
    return String((value as Record<string, unknown>)[this.tables[table].keyPath ?? ""]);
  }

  private near(table: string): Map<string, unknown> {
    const found = this.memory.get(table) ?? new Map<string, unknown>();
    this.memory.set(table, found);
    return found;
  }

  private remember(table: string, key: string, value: unknown, error: unknown): void {
    if (!this.volatile) console.info(`kept in memory: ${String(error)}`);
    this.volatile = true;
    this.near(table).set(key, value);
  }

  private async far<R>(ask: (database: IDBPDatabase) => Promise<R>, otherwise: R): Promise<R> {
    try {
      return await ask(await this.opened());
    } catch {
      return otherwise;
    }
  }

  private async opened(): Promise<IDBPDatabase> {
    if (this.stuck) throw new Error("does not open");
    this.database ??= this.open();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.stuck = true;
        reject(new Error("does not open"));
      }, OPENS_WITHIN_MS);
    });
    return Promise.race([this.database, late]).finally(() => clearTimeout(timer));
  }

  private async open(): Promise<IDBPDatabase> {
    const opened = await openDB(this.name, 1, {
      upgrade: (database) => {
        for (const [name, { keyPath, index }] of Object.entries<Table>(this.tables)) {
          const made = database.createObjectStore(name, keyPath ? { keyPath } : undefined);
          if (index) made.createIndex(index, index);
        }
      },
      // The browser closed it, perhaps for want of room: the next one asks for it anew.
      terminated: () => (this.database = undefined),
    });
    this.stuck = false;
    return opened;
  }
}

async function withRoom<R>(put: () => Promise<R>): Promise<R> {
  try {
    return await put();
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    // Without TLS a page has no caches to clear.
    if (!full || !("caches" in self)) throw error;
  }
  await caches.delete(FETCHED_AGAIN).catch(() => false);
  return put();
}
