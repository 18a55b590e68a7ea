import { all, maybe } from "../lib/page/dom";
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

const days = all<HTMLInputElement>("[data-date]");
if (days.length) {
  const { dateField } = await import("../lib/page/date_field");
  for (const each of days) dateField(each);
}

// A browser without storage, or a server that is away: the next page asks again.
tellAgain().catch(() => undefined);
ready();
