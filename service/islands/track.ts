// A report's page stays true while it is open: told by the feed's stream, else looked at again now and then.
import { partAt } from "./lib/answer";
import { maybe, one } from "./lib/dom";
import { offerPush } from "./lib/push";
import { ready } from "./lib/ready";
import { toast } from "./lib/toast";
import { say } from "./lib/words";

const LOOK_EVERY_MS = 30_000;
const SETTLE_MS = 1500;

class Live {
  private timer: ReturnType<typeof setInterval> | undefined;
  private stream: EventSource | undefined;

  constructor(
    private readonly page: HTMLElement,
    private readonly part: HTMLElement,
  ) {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.listen();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.look();
    });
  }

  private listen(): void {
    const { category, ward, track } = this.page.dataset;
    const asked = new URLSearchParams({ category: category ?? "", ...(ward ? { ward } : {}) });
    this.stream = new EventSource(`/api/v1/feed/stream?${asked}`);
    this.stream.onopen = () => clearInterval(this.timer);
    this.stream.onerror = () => {
      clearInterval(this.timer);
      this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
      if (this.stream?.readyState === EventSource.CLOSED) this.stream.close();
    };
    this.stream.onmessage = (message: MessageEvent<string>) => {
      // The event's own words decide nothing here: what is shown comes from the page.
      if (message.data.includes(`"${track}"`)) setTimeout(() => void this.look(), SETTLE_MS);
    };
    addEventListener("pagehide", () => this.stream?.close());
  }

  private async look(): Promise<void> {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    const part = await partAt(location.pathname);
    if (part === null) return;
    const before = maybe("[data-version]", this.part)?.dataset.version;
    this.part.innerHTML = part;
    if (before !== maybe("[data-version]", this.part)?.dataset.version) toast(say("updated"));
  }
}

const page = maybe("[data-track]");
if (page) new Live(page, one("[data-live]", page));
offerPush();
ready();
