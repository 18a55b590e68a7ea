// The page that stands in for a form that was sent too often: solves the puzzle and sends the form again.
import { challengeIn } from "./lib/requests/challenge";
import { maybe, one } from "./lib/page/dom";
import { prove } from "./lib/requests/prove";
import { ready } from "./lib/page/ready";
import { say } from "./lib/page/words";

async function sendAgain(form: HTMLFormElement): Promise<void> {
  const challenge = challengeIn({ challenge: JSON.parse(form.dataset.again || "null") });
  if (!challenge) return;
  const words = one("[data-proving]");
  words.textContent = say("proving");
  one<HTMLInputElement>("[name=proof]", form).value = await prove(challenge);
  // A page cannot choose a photo again by itself.
  if (maybe("input[type=file]", form)) words.textContent = say("choose_again");
  else form.requestSubmit();
}

const form = maybe<HTMLFormElement>("[data-again]");
if (form) void sendAgain(form).catch(() => undefined);
ready();
