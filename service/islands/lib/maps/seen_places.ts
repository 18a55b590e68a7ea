// Places of a list as numbered pins on the city's map, all of them in view: the list beside it has the same numbers.
import { LngLatBounds, Marker } from "maplibre-gl";
import { all } from "../page/dom";
import { drawMap, frameOf } from "./city_map";

const STREET_ZOOM = 16;

const CITY_ZOOM = 11;

/** Draws a pin for each `[data-spot]` within: longitude and latitude. Places that lie together are one above the other. */
export function drawSeenPlaces(element: HTMLElement, list: ParentNode): void {
  const map = drawMap(element, frameOf(element, CITY_ZOOM));
  map.scrollZoom.disable();
  const bounds = new LngLatBounds();
  const items = all<HTMLElement>("[data-spot]", list);
  items.forEach((item, index) => {
    const at = (item.dataset.spot ?? "").split(",").map(Number) as [number, number];
    const pin = document.createElement("span");
    pin.className = "spot-pin";
    pin.textContent = String(index + 1);
    pin.setAttribute("aria-hidden", "true");
    new Marker({ element: pin }).setLngLat(at).addTo(map);
    bounds.extend(at);
  });
  if (items.length) map.fitBounds(bounds, { padding: 48, maxZoom: STREET_ZOOM, animate: false });
}
