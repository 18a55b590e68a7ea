// The feed as a page: tells how much is new since it was opened; nothing moves until one asks for it.
import htmx from "htmx.org";
import { readAnswer, textOf } from "../lib/requests/answer";
import { maybe, one } from "../lib/page/dom";
import { ready } from "../lib/page/ready";
import { Stream } from "../lib/page/stream";
import { say } from "../lib/page/words";

let count = 0;

function address(): string {
  const given = new URLSearchParams(new FormData(one<HTMLFormElement>("[data-filters]")) as never);
  const query = new URLSearchParams();
  for (const name of ["category", "ward"]) if (given.get(name)) query.set(name, given.get(name) ?? "");
  return `/api/v1/feed/stream?${query}`;
}

/** The types of events that the list shows as it is filtered now. */
function shown(): Set<string> {
  const filters = one<HTMLFormElement>("[data-filters]");
  const types = new FormData(filters).get("done") ? filters.dataset.doneTypes : filters.dataset.types;
  return new Set((types ?? "").split(","));
}

const stream = new Stream(address(), {
  heard: (data) => {
    const { type } = JSON.parse(data) as { type: string };
    if (shown().has(type)) showFresh(count + 1);
  },
  // It goes on behind the last event that it told, so what went by meanwhile is counted then.
  missed: () => undefined,
});

function showFresh(fresh: number): void {
  count = fresh;
  const button = maybe("[data-news]");
  if (!button) return;
  button.hidden = count === 0;
  one("span", button).textContent = say(count === 1 ? "news_one" : "news_many", { n: count });
}

/** Remember the feed's position, so that what comes while the page is hidden is counted when it is shown again. */
async function begin(): Promise<void> {
  const response = await fetch("/api/v1/feed?after=latest", { headers: { accept: "application/json" } });
  const outcome = await readAnswer(response, (body) => textOf(body.next));
  if ("done" in outcome) stream.from(outcome.done);
}

maybe("[data-news]")?.addEventListener("click", () => {
  showFresh(0);
  void htmx.ajax("GET", location.pathname + location.search, { target: "#news", swap: "outerHTML" });
});
maybe("[data-filters]")?.addEventListener("change", () => {
  showFresh(0);
  stream.follow(address());
  void begin().catch(() => undefined);
});
void begin().catch(() => undefined);
ready();
