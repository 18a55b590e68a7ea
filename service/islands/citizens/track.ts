// A report's page stays true while it is open: told by the feed's stream, else looked at again now and then.
import { partAt } from "../lib/requests/answer";
import { maybe, one } from "../lib/page/dom";
import { offerPush } from "../lib/push/browser_push";
import { ready } from "../lib/page/ready";
import { keepForms } from "../lib/photos/kept_forms";
import { tellRefused } from "../lib/photos/refused_photos";
import { toast } from "../lib/page/toast";
import { Stream } from "../lib/page/stream";
import { say } from "../lib/page/words";

const LOOK_EVERY_MS = 30_000;
const SETTLE_MS = 1500;

class Live {
  private readonly stream: Stream;

  constructor(
    private readonly page: HTMLElement,
    private readonly part: HTMLElement,
  ) {
    const { category, ward, track } = this.page.dataset;
    const asked = new URLSearchParams({ category: category ?? "", ...(ward ? { ward } : {}) });
    this.stream = new Stream(`/api/v1/feed/stream?${asked}`, {
      // The event's own words decide nothing here: what is shown comes from the page.
      heard: (data) => data.includes(`"${track}"`) && setTimeout(() => void this.look(), SETTLE_MS),
      missed: () => void this.look(),
    });
    setInterval(() => this.stream.open || void this.look(), LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    // Hidden or withdrawn meanwhile: what nobody may see any more does not stay on the screen.
    const part = await partAt(location.pathname, { gone: () => location.reload() });
    if (part === null) return;
    const before = maybe("[data-version]", this.part)?.dataset.version;
    this.part.innerHTML = part;
    if (before !== maybe("[data-version]", this.part)?.dataset.version) toast(say("updated"));
  }
}

const page = maybe("[data-track]");
if (page) {
  new Live(page, one("[data-live]", page));
  keepForms(page.dataset.track ?? "", document.title.split(" · ").slice(0, 2).join(" · "));
  void tellRefused(page.dataset.track ?? "").catch(() => undefined);
}
offerPush();
ready();
