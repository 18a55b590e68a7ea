// A map on which places are put down by a click, by Enter at its middle, or by a button that does the same.
import { type GeoJSONSource, Marker } from "maplibre-gl";
import { colour, drawMap, frameOf } from "./city_map";
import type { Place } from "./drawn_places";

const CITY_ZOOM = 12;
const STREET_ZOOM = 16.5;

export interface PlaceMap {
  /** Draw all of it anew. What stands there already is smaller, and is not moved. */
  draw(places: Place[], line: boolean, names: string[]): void;
  middle(): Place;
  show(lon: number, lat: number, reachM: number): void;
}

interface PlaceMapEvents {
  put(lon: number, lat: number): void;
  moved(index: number, lon: number, lat: number): void;
}

export function placeMap(place: HTMLElement, frame: HTMLElement, there: Place[], events: PlaceMapEvents): PlaceMap {
  const map = drawMap(place, frameOf(frame, CITY_ZOOM));
  let markers: Marker[] = [];
  let line: Place[] = [];
  for (const [lon, lat] of there) dot(lon, lat).addTo(map);
  look(there);
  map.on("load", () => {
    map.addSource("drawn", { type: "geojson", data: lineOf(line) });
    map.addLayer({ id: "drawn", type: "line", source: "drawn", paint: { "line-color": colour("--accent"), "line-width": 5 } });
  });
  map.on("click", ({ lngLat }) => events.put(lngLat.lng, lngLat.lat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    events.put(map.getCenter().lng, map.getCenter().lat);
  });

  function look(places: Place[]): void {
    const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
    if (!places.length) return;
    map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 40, maxZoom: STREET_ZOOM, animate: false });
  }

  let first = true;
  return {
    draw(places, asLine, names) {
      for (const marker of markers) marker.remove();
      markers = places.map(([lon, lat], index) => pin(lon, lat, names[index] ?? "", (east, north) => events.moved(index, east, north)).addTo(map));
      line = asLine ? places : [];
      map.getSource<GeoJSONSource>("drawn")?.setData(lineOf(line));
      if (first && !there.length) look(places);
      first = false;
    },
    middle: () => [map.getCenter().lng, map.getCenter().lat],
    show: (lon, lat, reachM) =>
      map.jumpTo({ center: [lon, lat], zoom: Math.max(CITY_ZOOM, Math.min(STREET_ZOOM, 24 - Math.log2(Math.max(40, reachM) * 2))) }),
  };
}

function lineOf(places: Place[]): GeoJSON.Feature {
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: places } };
}

function pin(lon: number, lat: number, name: string, moved: (lon: number, lat: number) => void): Marker {
  const marker = new Marker({ color: colour("--accent"), draggable: true, scale: 0.8 }).setLngLat([lon, lat]);
  marker.getElement().setAttribute("aria-label", name);
  // A click on it is none on the map beneath.
  marker.getElement().addEventListener("click", (event) => event.stopPropagation());
  marker.on("dragend", () => moved(marker.getLngLat().lng, marker.getLngLat().lat));
  return marker;
}

function dot(lon: number, lat: number): Marker {
  const element = document.createElement("span");
  element.className = "place-there";
  element.setAttribute("aria-hidden", "true");
  return new Marker({ element }).setLngLat([lon, lat]);
}
