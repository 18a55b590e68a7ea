// What is wrong with a form that is kept on the phone: said at its button, tied to the field that is to be mended.
import { all } from "../../lib/page/dom";

/** Says `text` at `place`; `field` is told to whoever cannot see it, and has the focus. An empty text takes it all back. */
export function tellProblem(place: HTMLElement, text: string, field: HTMLElement | null, form: HTMLElement): void {
  place.textContent = text;
  place.hidden = !text;
  for (const each of all("[aria-invalid]", form)) {
    each.removeAttribute("aria-invalid");
    const others = (each.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== place.id);
    each.setAttribute("aria-describedby", others.join(" "));
  }
  if (!text || !field) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());
  field.focus();
}
