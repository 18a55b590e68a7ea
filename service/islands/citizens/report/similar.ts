// Before sending: open reports near by of the same kind. "The same" follows one instead of making another.
import { readAnswer, type Body } from "../../lib/requests/answer";
import { fromTemplate, maybe, one, slot } from "../../lib/page/dom";
import { ownSecret } from "../../lib/requests/own";
import { within } from "../../lib/requests/timeout";
import { store, type Draft } from "../../lib/storage/store";
import { far, say } from "../../lib/page/words";
import { pictureOf } from "./geometry";
import { placeOf } from "./state";

const PATIENCE_MS = 4000;

interface Similar {
  code: string;
  status: string;
  description: string;
  address: string;
  location: { lon: number; lat: number };
  photos: { thumbnail_url: string }[];
  distance_m: number;
}

export class SimilarReports {
  found: Similar[] = [];

  constructor(
    private readonly sheet: HTMLElement,
    private readonly same: (code: string) => void,
  ) {}

  /** Looked up before the last step; without an answer in time one simply sends. */
  async look(draft: Draft, kindName: string): Promise<boolean> {
    this.found = [];
    const { category } = draft;
    const place = placeOf(draft);
    if (!place || !navigator.onLine) return false;
    try {
      const response = await fetch(
        `/api/v1/reports/similar?category=${encodeURIComponent(category)}&lon=${place.lon}&lat=${place.lat}`,
        { headers: { accept: "application/json" }, signal: within(PATIENCE_MS) },
      );
      const outcome = await readAnswer(response, similarIn);
      if (!("done" in outcome)) return false;
      this.found = outcome.done.slice(0, 3);
    } catch {
      return false;
    }
    const own = new Set((await store().getAll("sent").catch(() => [])).map((each) => each.code));
    const isOwn = ({ code }: Similar) => own.has(code) || ownSecret(code).then((secret) => secret !== null);
    const owned = await Promise.all(this.found.map(isOwn));
    const cards = this.found.map((each, index) => this.card(each, kindName, owned[index] ?? false));
    one("[data-similar]", this.sheet).replaceChildren(...cards);
    return cards.length > 0;
  }

  /** One's own report says so: what was typed goes to it instead of making another. */
  private card(report: Similar, kindName: string, own: boolean): HTMLElement {
    const card = fromTemplate("[data-similar-card]", this.sheet);
    if (own) {
      one("[data-own]", card).hidden = false;
      one("[data-same] span", card).textContent = say("add_to_own");
    }
    slot("title", card).textContent = kindName;
    slot("text", card).textContent = [report.description, report.address].filter(Boolean).join(" · ");
    slot("foot", card).textContent = `${say("far", { far: far(report.distance_m) })} · ${report.code}`;
    const badge = maybe<HTMLTemplateElement>(`[data-badge="${report.status}"]`, this.sheet);
    if (badge) slot("status", card).append(badge.content.cloneNode(true));
    // Without a photo the place itself tells whether it is the same.
    const photo = report.photos[0];
    const image = document.createElement("img");
    image.src = photo ? new URL(photo.thumbnail_url, location.href).pathname : pictureOf(report.location);
    image.alt = "";
    slot("photo", card).append(image);
    one("[data-same]", card).addEventListener("click", () => this.same(report.code));
    return card;
  }
}

function similarIn(body: Body): Similar[] | null {
  return Array.isArray(body.items) ? (body.items as Similar[]) : null;
}
