// The pin in the middle of the map, dragged: let go, the map takes it back into the middle.
import type { GlMap } from "../../lib/maps/city_map";
import type { Place } from "../../lib/storage/store";
import { placeOf } from "./geometry";

interface PinMap {
  began: () => void;
  map: () => GlMap | undefined;
  put: (place: Place) => void;
}

/** A tap on the pin says that it is right where it is. */
export function dragPin(pin: HTMLElement, { began, map, put }: PinMap): void {
  let from: PointerEvent | undefined;
  pin.addEventListener("pointerdown", (event) => {
    from = event;
    began();
    pin.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  pin.addEventListener("pointermove", (event) => {
    if (from) pin.style.translate = `${event.clientX - from.clientX}px ${event.clientY - from.clientY}px`;
  });
  const drop = (event: PointerEvent) => {
    const [x, y] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
    const drawn = from && event.type === "pointerup" ? map() : undefined;
    from = undefined;
    pin.style.translate = "";
    if (!drawn) return;
    const centre = drawn.project(drawn.getCenter());
    put(placeOf(drawn.unproject([centre.x + x, centre.y + y])));
  };
  pin.addEventListener("pointerup", drop);
  pin.addEventListener("pointercancel", drop);
}
