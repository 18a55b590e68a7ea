// Steps that wait some seconds: how long is left, and the key that takes the last one back.
import { all, maybe } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";

const EVERY_MS = 1000;
const ends = new WeakMap<HTMLElement, number>();

/** Each place says how many seconds were left when it was drawn; the clocks of browser and server may differ. */
export function countDown(): void {
  setInterval(() => {
    for (const place of all("[data-left]")) {
      const end = ends.get(place) ?? performance.now() + Number(place.dataset.left) * 1000;
      ends.set(place, end);
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      place.textContent = left ? say("desk_left", { n: left }) : say("desk_under_way");
    }
  }, EVERY_MS);
}

export function takeBack(): void {
  const button = maybe<HTMLElement>("[data-held] [data-undo] button");
  if (button) button.click();
  else toast(say("desk_nothing_held"));
}
