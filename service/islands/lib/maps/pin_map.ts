// One pin that a click on the city's map puts down.
import { Marker } from "maplibre-gl";
import { colour, drawMap, frameOf } from "./city_map";

const CITY_ZOOM = 12;

export function pinMap(place: HTMLElement, frame: HTMLElement, start: [number, number] | null, chosen: (lon: number, lat: number) => void): void {
  const map = drawMap(place, frameOf(frame, CITY_ZOOM));
  const pin = new Marker({ color: colour("--accent") });
  if (start) {
    pin.setLngLat(start).addTo(map);
    map.jumpTo({ center: start, zoom: 15 });
  }
  map.on("click", ({ lngLat }) => {
    pin.setLngLat(lngLat).addTo(map);
    chosen(lngLat.lng, lngLat.lat);
  });
}
