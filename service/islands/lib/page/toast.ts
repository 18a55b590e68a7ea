// Short messages at the edge of the screen; they go by themselves unless they carry an action.
import { maybe } from "./dom";

const SHOWN_MS = 6000;

interface Action {
  label: string;
  href?: string;
  act?: () => void;
}

export function toast(text: string, { action, bad = false }: { action?: Action; bad?: boolean } = {}): void {
  const place = maybe("[data-toasts]");
  if (!place) return;
  const box = document.createElement("div");
  box.className = bad ? "toast toast-bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (action) box.append(button(action, box));
  place.append(box);
  setTimeout(() => box.remove(), action ? SHOWN_MS * 3 : SHOWN_MS);
}

function button(action: Action, box: HTMLElement): HTMLElement {
  const made = document.createElement(action.href ? "a" : "button");
  made.textContent = action.label;
  if (action.href) made.setAttribute("href", action.href);
  made.addEventListener("click", () => {
    action.act?.();
    box.remove();
  });
  return made;
}
