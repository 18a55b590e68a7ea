// Kept apart from the map: who only needs a colour must not bring the map along.
/** A colour of the style sheet as the map can read it. */
export function colour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
