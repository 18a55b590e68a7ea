// The feed as a page: tells how much is new since it was opened; nothing moves until one asks for it.
import htmx from "htmx.org";
import { maybe, one } from "./lib/dom";
import { ready } from "./lib/ready";
import { say } from "./lib/words";

const TOLD = new Set(["report.received", "report.assigned", "report.accepted", "report.resolved", "report.closed", "report.sent_back", "report.reopened", "report.rejected"]);

let count = 0;
let stream: EventSource | undefined;

function listen(): void {
  stream?.close();
  const given = new URLSearchParams(new FormData(one<HTMLFormElement>("[data-filters]")) as never);
  const asked = new URLSearchParams();
  for (const name of ["category", "ward"]) if (given.get(name)) asked.set(name, given.get(name) ?? "");
  stream = new EventSource(`/api/v1/feed/stream?${asked}`);
  stream.onmessage = (message: MessageEvent<string>) => {
    const { type } = JSON.parse(message.data) as { type: string };
    if (TOLD.has(type)) tell(count + 1);
  };
}

function tell(fresh: number): void {
  count = fresh;
  const button = maybe("[data-news]");
  if (!button) return;
  button.hidden = count === 0;
  one("span", button).textContent = say(count === 1 ? "news_one" : "news_many", { n: count });
}

maybe("[data-news]")?.addEventListener("click", () => {
  tell(0);
  void htmx.ajax("GET", location.pathname + location.search, { target: "#news", swap: "outerHTML" });
});
maybe("[data-filters]")?.addEventListener("change", () => {
  tell(0);
  listen();
});
window.addEventListener("pagehide", () => stream?.close());
listen();
ready();
