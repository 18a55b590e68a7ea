// The answer that a link of a message carries: sent once somebody looks at the page, so that one tap is enough and a
// programme that merely opens links answers nothing.
import { maybe } from "../lib/page/dom";
import { ready } from "../lib/page/ready";

function send(form: HTMLFormElement): void {
  if (document.visibilityState !== "visible") return;
  const button = maybe<HTMLButtonElement>(`button[value="${form.dataset.answer}"]`, form);
  if (button) form.requestSubmit(button);
}

const form = maybe<HTMLFormElement>("form[data-answer]");
if (form) {
  send(form);
  document.addEventListener("visibilitychange", () => send(form), { once: true });
}
ready();
