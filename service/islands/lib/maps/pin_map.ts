// One pin that a click on the city's map puts down, or a search where it found one exact place; it can be dragged.
import { Marker } from "maplibre-gl";
import { colour, drawMap, frameOf } from "./city_map";

const CITY_ZOOM = 12;

const STREET_ZOOM = 16.5;

export interface PinMap {
  put(lon: number, lat: number): void;
  /** Show all of a place that reaches so far, without a pin. */
  show(lon: number, lat: number, reachM: number): void;
}

export function pinMap(place: HTMLElement, frame: HTMLElement, start: [number, number] | null, chosen: (lon: number, lat: number) => void): PinMap {
  const map = drawMap(place, frameOf(frame, CITY_ZOOM));
  const pin = new Marker({ color: colour("--accent"), draggable: true });
  pin.getElement().setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  if (start) {
    pin.setLngLat(start).addTo(map);
    map.jumpTo({ center: start, zoom: 15 });
  }
  const put = (lon: number, lat: number) => {
    pin.setLngLat([lon, lat]).addTo(map);
    chosen(lon, lat);
  };
  pin.on("dragend", () => chosen(pin.getLngLat().lng, pin.getLngLat().lat));
  map.on("click", ({ lngLat }) => put(lngLat.lng, lngLat.lat));
  return {
    put: (lon, lat) => {
      map.jumpTo({ center: [lon, lat], zoom: STREET_ZOOM });
      put(lon, lat);
    },
    show: (lon, lat, reachM) => {
      pin.remove();
      map.jumpTo({ center: [lon, lat], zoom: Math.max(CITY_ZOOM, Math.min(STREET_ZOOM, 24 - Math.log2(Math.max(40, reachM) * 2))) });
    },
  };
}
