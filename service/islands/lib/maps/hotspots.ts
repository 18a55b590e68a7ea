// Density of reports as soft circles, with the places where they repeat numbered as in the list beside it.
import { Marker } from "maplibre-gl";
import { colour, drawMap, frameOf } from "./city_map";

const CITY_ZOOM = 11;

export function drawHotSpots(element: HTMLElement): void {
  const cells = JSON.parse(element.dataset.cells ?? "[]") as [number, number, number][];
  const most = Math.max(1, ...cells.map((cell) => cell[2]));
  const map = drawMap(element, frameOf(element, CITY_ZOOM));
  map.on("load", () => {
    map.addSource("cells", {
      type: "geojson",
      data: {
        type: "FeatureCollection",
        features: cells.map(([lon, lat, number]) => ({
          type: "Feature",
          properties: { part: number / most },
          geometry: { type: "Point", coordinates: [lon, lat] },
        })),
      },
    });
    // Soft circles, not a heat map: those need textures that offices' older machines do not draw.
    map.addLayer({
      id: "density",
      type: "circle",
      source: "cells",
      layout: { "circle-sort-key": ["get", "part"] },
      paint: {
        "circle-radius": [
          "interpolate", ["exponential", 2], ["zoom"],
          9, ["+", 4, ["*", 8, ["get", "part"]]],
          15, ["+", 24, ["*", 60, ["get", "part"]]],
        ],
        "circle-blur": 0.5,
        "circle-opacity": 0.7,
        "circle-color": ["interpolate", ["linear"], ["get", "part"], 0, colour("--accent"), 0.5, colour("--amber-fill"), 1, colour("--red-fill")],
      },
    });
  });
  document.querySelectorAll<HTMLElement>("[data-spot]").forEach((item, index) => {
    const [lon, lat] = (item.dataset.spot ?? "").split(",").map(Number) as [number, number];
    const pin = document.createElement("span");
    pin.className = "spot-pin";
    pin.textContent = String(index + 1);
    pin.setAttribute("aria-hidden", "true");
    new Marker({ element: pin }).setLngLat([lon, lat]).addTo(map);
  });
}
