import { maybe } from "../lib/page/dom";
import "../lib/page/pick_one";
import { ready } from "../lib/page/ready";
import { tellAgain } from "../lib/push/staff_push";

// The search of the whole office is one key away, also while one types elsewhere.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const field = maybe<HTMLInputElement>("[data-find]");
  if (field?.offsetParent) field.select();
  else location.href = "/find";
});

// A browser without storage, or a server that is away: the next page asks again.
tellAgain().catch(() => undefined);
ready();
