// What is added to a report from its own page: the form goes to its own address, with the page's cookie and token, and
// the answer is JSON. The same form again changes nothing: words carry an id, a photo is known by its bytes.
import { textOf, type Body, type Outcome } from "../requests/answer";
import { ask, type Line } from "../requests/line";
import { PATIENCE_MS, within } from "../requests/timeout";
import type { Addition, KeptPhoto } from "../storage/store";

const OF_A_PHOTO = 10;

/** Send the form with these photos. */
export function sendAddition(line: Pick<Line, "prove">, addition: Addition, photos: KeptPhoto[]): Promise<Outcome<Body>> {
  return ask(line, pageIn, (extra) =>
    fetch(addition.action, {
      method: "POST",
      headers: { ...extra, "x-csrf-token": addition.token, accept: "application/json" },
      body: formOf(addition, photos),
      credentials: "same-origin",
      signal: within((photos.length ? OF_A_PHOTO : 1) * PATIENCE_MS),
    }),
  );
}

function formOf({ fields, file }: Addition, photos: KeptPhoto[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const each of [value].flat()) form.append(name, each);
  for (const { id, bytes, type } of photos) form.append(file, new Blob([bytes], { type }), `${id}.${type.split("/")[1] ?? "jpeg"}`);
  if (photos.length === 1) form.set("photo_id", photos[0]?.id ?? "");
  return form;
}

function pageIn(body: Body): Body | null {
  return textOf(body.page) ? body : null;
}
