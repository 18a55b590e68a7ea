// Drawing a part of a page anew without losing what somebody writes in it: fields keep what was typed, folds stay open,
// the focus stays where it is. A form that is gone leaves its words behind.
import { all, maybe, slot } from "./dom";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const FIELDS = "input, textarea, select";

/** Put `html` into `place`; `left` is what shows the words of a form that is not there any more. */
export function carryWords(place: HTMLElement, html: string, left: HTMLTemplateElement): void {
  const focused = place.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const caret = focused && "selectionStart" in focused ? (focused as HTMLInputElement).selectionStart : null;
  const open = all<HTMLDetailsElement>("details[open][id]", place).map((each) => each.id);
  const written = all<HTMLFormElement>("form", place).filter(isTouched);
  place.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const form of written) {
    const again = maybe<HTMLFormElement>(`form[action="${form.getAttribute("action")}"]`, place);
    if (again) fill(again, form);
    else leave(place, form, left);
  }
  if (!focused?.id) return;
  const same = document.getElementById(focused.id);
  same?.focus({ preventScroll: true });
  if (same && caret !== null && "setSelectionRange" in same) (same as HTMLInputElement).setSelectionRange(caret, caret);
}

function isTouched(form: HTMLFormElement): boolean {
  return all<Field>(FIELDS, form).some((field) => {
    if (field instanceof HTMLSelectElement) return field.selectedIndex > 0;
    if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
    if (field.type === "file") return (field.files?.length ?? 0) > 0;
    return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  });
}

/** The token of the form is the new page's; the id of what is written goes along with the words. */
function fill(form: HTMLFormElement, before: HTMLFormElement): void {
  for (const field of all<Field>(FIELDS, form)) {
    if (!field.name || field.name === "csrf_token") continue;
    const same = all<Field>(FIELDS, before).find((each) => each.name === field.name && (!isChoice(each) || each.value === field.value));
    if (!same) continue;
    if (isChoice(field)) (field as HTMLInputElement).checked = (same as HTMLInputElement).checked;
    else if (field instanceof HTMLInputElement && field.type === "file") field.files = (same as HTMLInputElement).files;
    else field.value = same.value;
  }
}

function isChoice(field: Field): boolean {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function leave(place: HTMLElement, form: HTMLFormElement, template: HTMLTemplateElement): void {
  const words = all<HTMLTextAreaElement>("textarea", form).map((each) => each.value.trim()).filter(Boolean).join("\n");
  if (!words) return;
  const box = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  slot("text", box).textContent = words;
  (place.firstElementChild ?? place).prepend(box);
}
