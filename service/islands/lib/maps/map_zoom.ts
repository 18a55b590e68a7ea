// Buttons that bring a map nearer and farther: for who has one hand, no wheel, or no gesture of two fingers.
import type { Map as GlMap } from "maplibre-gl";

export function addZoom(map: GlMap, element: HTMLElement): void {
  const tools = element.querySelector<HTMLElement>(".map-tools") ?? element.appendChild(toolsFor());
  const nearer = button("+", element.dataset.zoomIn ?? "+", () => map.zoomIn());
  const farther = button("−", element.dataset.zoomOut ?? "−", () => map.zoomOut());
  tools.prepend(nearer, farther);
  const markEnds = () => {
    // Not `disabled`: that would take the focus from who presses it.
    nearer.ariaDisabled = String(map.getZoom() >= map.getMaxZoom());
    farther.ariaDisabled = String(map.getZoom() <= map.getMinZoom());
  };
  map.on("zoomend", markEnds);
  markEnds();
}

function toolsFor(): HTMLElement {
  const tools = document.createElement("div");
  tools.className = "map-tools";
  return tools;
}

function button(sign: string, label: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "map-tool map-zoom";
  made.textContent = sign;
  made.ariaLabel = label;
  made.addEventListener("click", press);
  return made;
}
