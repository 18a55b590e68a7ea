// Density of reports as a heat map, with the places where they repeat numbered as in the list beside it.
import { Marker } from "maplibre-gl";
import { colour, drawMap, frameOf } from "./citymap";

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
    map.addLayer({
      id: "density",
      type: "heatmap",
      source: "cells",
      paint: {
        "heatmap-weight": ["get", "part"],
        "heatmap-radius": ["interpolate", ["exponential", 2], ["zoom"], 9, 8, 15, 120],
        "heatmap-opacity": 0.75,
        "heatmap-color": [
          "interpolate", ["linear"], ["heatmap-density"],
          0, "rgba(0,0,0,0)", 0.2, colour("--accent-line"), 0.6, colour("--amber-fill"), 1, colour("--red-fill"),
        ],
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
