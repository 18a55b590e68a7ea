// Alerts: around where one stands, and on this browser.
import { maybe, one } from "../lib/page/dom";
import { canPush, offerPush, sendByPush } from "../lib/push/browser_push";
import { ready } from "../lib/page/ready";
import { toast } from "../lib/page/toast";
import { say } from "../lib/page/words";

const PATIENCE_MS = 15_000;

function choosePlace(form: HTMLFormElement): void {
  const lon = one<HTMLInputElement>("input[name=lon]", form);
  const lat = one<HTMLInputElement>("input[name=lat]", form);
  const here = one<HTMLButtonElement>("[data-here]", form);
  const nowhere = one<HTMLButtonElement>("[data-nowhere]", form);
  const words = one("[data-place-words]", form);
  const show = () => {
    nowhere.hidden = !lon.value;
    words.textContent = lon.value ? say("place_set") : "";
  };
  here.addEventListener("click", () => {
    here.setAttribute("aria-busy", "true");
    const done = () => here.removeAttribute("aria-busy");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        lon.value = coords.longitude.toFixed(5);
        lat.value = coords.latitude.toFixed(5);
        show();
      },
      () => {
        done();
        toast(say("place_failed"), { bad: true });
      },
      { enableHighAccuracy: true, timeout: PATIENCE_MS },
    );
  });
  nowhere.addEventListener("click", () => {
    lon.value = lat.value = "";
    show();
    here.focus();
  });
  show();
}

const form = maybe<HTMLFormElement>("[data-alert-form]");
if (form) {
  choosePlace(form);
  const part = maybe("[data-push-part]", form);
  // Shown from the start: whoever can use it, which is nearly everybody, sees nothing move.
  if (part) part.hidden = !canPush();
  if (part && canPush()) {
    sendByPush(form, one<HTMLButtonElement>("[data-by-push]", part), form.dataset.key ?? "");
  }
}
offerPush();
ready();
