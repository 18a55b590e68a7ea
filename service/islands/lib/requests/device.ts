// The name this browser gave itself: so that one phone's limits are not those of a whole network behind one
// address. Made at random, told only to this service, gone when the browser's data are deleted.
import { openDB } from "idb";

/** A database that is blocked may never answer: nothing waits for it. */
const OPENS_WITHIN_MS = 3000;

let name: Promise<string> | undefined;

/** Empty where the browser keeps nothing. */
export function deviceName(): Promise<string> {
  const nameless = new Promise<string>((resolve) => setTimeout(() => resolve(""), OPENS_WITHIN_MS));
  name ??= Promise.race([kept().catch(() => ""), nameless]);
  return name;
}

async function kept(): Promise<string> {
  const database = await openDB("hientruong-device", 1, { upgrade: (made) => void made.createObjectStore("kept") });
  // One transaction: of two pages that ask at once, both get the first one's name.
  const change = database.transaction("kept", "readwrite");
  let found = (await change.store.get("name")) as string | undefined;
  if (!found) {
    found = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
    await change.store.put(found, "name");
  }
  await change.done;
  database.close();
  return found;
}
