// A report's page stays true while it is open: told by the feed's stream, else looked at again now and then. All that can
// change is drawn anew; what somebody is writing goes along.
import { partAt } from "../lib/requests/answer";
import { maybe, one } from "../lib/page/dom";
import { carryWords } from "../lib/page/carry";
import { offerPush } from "../lib/push/browser_push";
import { openPhotos } from "../lib/photos/viewer";
import { ready } from "../lib/page/ready";
import { keepForms } from "../lib/photos/kept_forms";
import { showRefusedPhotos } from "../lib/photos/refused_photos";
import { toast } from "../lib/page/toast";
import { Stream } from "../lib/page/stream";
import { say } from "../lib/page/words";

const LOOK_EVERY_MS = 30_000;
const SETTLE_MS = 1500;
/** A photo of one's own becomes visible within seconds: looked for a few times. */
const PHOTO_LOOKS_MS = [3000, 8000, 20_000];

class Live {
  private readonly stream: Stream;

  constructor(private readonly page: HTMLElement) {
    // By the report's code: kind and ward may be put right while one looks.
    const query = new URLSearchParams({ report: this.page.dataset.track ?? "" });
    this.stream = new Stream(`/api/v1/feed/stream?${query}`, {
      // The event's own words decide nothing here: what is shown comes from the page.
      heard: () => setTimeout(() => void this.look(), SETTLE_MS),
      missed: () => void this.look(),
    });
    // What happened between the drawing of the page and the opening of the stream is told too.
    this.stream.from(this.page.dataset.cursor ?? "");
    // What is not public is in no feed: its reporter's page looks by itself.
    setInterval(() => (this.stream.open && !maybe("[data-unheard]", this.page)) || void this.look(), LOOK_EVERY_MS);
    if (maybe("[data-pending]", page)) for (const wait of PHOTO_LOOKS_MS) setTimeout(() => void this.look(), wait);
  }

  private async look(): Promise<void> {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    // Hidden or withdrawn meanwhile: what nobody may see any more does not stay on the screen.
    const part = await partAt(location.pathname, { gone: () => location.reload() });
    if (part === null) return;
    const before = this.state();
    carryWords(this.page, part, one<HTMLTemplateElement>("[data-left-words]"));
    offerPush();
    const after = this.state();
    if (before.version !== after.version) toast(after.latest && after.latest !== before.latest ? say("updated", { what: after.latest }) : say("updated_only"));
  }

  private state(): { version?: string; latest?: string } {
    const { version, latest } = maybe("[data-version]", this.page)?.dataset ?? {};
    return { version, latest };
  }
}

const page = maybe("[data-track]");
if (page) {
  new Live(page);
  openPhotos(page);
  keepForms(page.dataset.track ?? "", document.title.split(" · ").slice(0, 2).join(" · "));
  void showRefusedPhotos(page.dataset.track ?? "").catch(() => undefined);
}
offerPush();
ready();
