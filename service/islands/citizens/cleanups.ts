// The list of clean-ups: nearest first, once its reader says where they are.
import { one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { say } from "../lib/page/words";

const button = one<HTMLButtonElement>("[data-near-me]");
button.addEventListener("click", () => {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const query = new URLSearchParams(location.search);
      query.set("near", `${coords.longitude.toFixed(4)},${coords.latitude.toFixed(4)}`);
      location.assign(`${button.dataset.nearMe ?? ""}?${query}`);
    },
    () => {
      one("[data-near-words]").textContent = say("near_denied");
    },
    { timeout: 10_000 },
  );
});
ready();
