// The inspector's second list: the points of surveys under way. Fine or not to be found is one tap, a fault opens the
// camera; everything waits on the phone until there is a network.
import { all, fromTemplate, maybe, one, slot } from "../../lib/page/dom";
import { far, say } from "../../lib/page/words";
import { readAnswer, textOf, type Body } from "../../lib/requests/answer";
import { enqueue, queued, type Fix, type Queued, type Shot } from "../../lib/storage/round_store";
import { surveyStore, type SightBody, type SurveyPlace } from "../../lib/storage/survey_store";
import { metres } from "./route";

const ASKED = { headers: { accept: "application/json" } };

interface SurveyAnswer {
  code: string;
  title: string;
  category: string;
  points: { id: string; position: number; lon: number; lat: number; words: string; ward: string | null; state: string; mine: boolean }[];
}

export class Surveys {
  private places: SurveyPlace[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly open: () => void,
    private readonly fault: (place: SurveyPlace) => void,
    private readonly seen: (item: Queued) => void,
  ) {
    one("[data-open-survey]", root).addEventListener("click", () => this.open());
  }

  async load(): Promise<void> {
    this.places = await surveyStore().getAll("points");
    await this.hideSeen();
  }

  get(id: string): SurveyPlace | undefined {
    return this.places.find((each) => each.id === id);
  }

  /** Load what the server has; without a network what is stored stays. */
  async refresh(): Promise<void> {
    const codes = await getJson("/api/v1/surveys?open=true&mine=true", (body) => (Array.isArray(body.items) ? body.items.map((each: Body) => textOf(each.code) ?? "") : null));
    if (!codes) return;
    const found: SurveyPlace[] = [];
    for (const code of codes) {
      const survey = await getJson(`/api/v1/surveys/${code}`, surveyIn);
      if (!survey) return;
      found.push(...placesOf(survey));
    }
    await surveyStore().clear("points");
    for (const each of found) await surveyStore().put("points", each);
    this.places = found;
    await this.hideSeen();
  }

  draw(here: Fix | null): void {
    const mine = this.places.filter((each) => each.mine);
    const shown = (mine.length ? mine : this.places).slice();
    const near = (each: SurveyPlace) => (here ? metres(here, each.location) : each.position);
    shown.sort((first, second) => near(first) - near(second) || first.position - second.position);
    const opener = one("[data-open-survey]", this.root);
    opener.hidden = shown.length === 0;
    one("[data-survey-count]", opener).textContent = say("survey_count", { n: shown.length });
    one("[data-survey-left]", this.root).textContent = say("survey_count", { n: shown.length });
    one("[data-survey-none]", this.root).hidden = shown.length > 0;
    const focused = document.activeElement?.closest<HTMLElement>("[data-see]");
    const at = focused?.closest<HTMLElement>("[data-point]")?.dataset.point;
    one("[data-points]", this.root).replaceChildren(...shown.map((each) => this.card(each, here)));
    if (focused && at) maybe(`[data-point="${at}"] [data-see="${focused.dataset.see ?? ""}"]`, this.root)?.focus();
  }

  /** Keep what was seen; from now on the point is not offered any more. */
  async see(place: SurveyPlace, sight: Partial<SightBody> & Pick<SightBody, "state">, shots: Shot[] = []): Promise<Queued> {
    const body = { note: "", category: null, report: null, location: null, ...sight, seen_at: new Date().toISOString() };
    const item: Queued = {
      id: place.id,
      account: this.root.dataset.account ?? "",
      title: `${place.words || place.survey}: ${say(`sight_${sight.state}`)}`,
      code: "",
      sight: { survey: place.survey, point: place.id, body },
      state: "waiting",
      createdAt: Date.now(),
      tries: 0,
      nextAt: 0,
    };
    await enqueue(item, shots);
    this.places = this.places.filter((each) => each.id !== place.id);
    await surveyStore().delete("points", place.id);
    return item;
  }

  private card(place: SurveyPlace, here: Fix | null): HTMLElement {
    const made = fromTemplate("[data-point-card]");
    made.dataset.point = place.id;
    slot("title", made).textContent = `${place.position}. ${place.words || place.ward}`;
    const away = here ? say("far_away", { far: far(metres(here, place.location)) }) : "";
    slot("place", made).textContent = [place.words ? place.ward : "", away, place.title].filter(Boolean).join(" · ");
    for (const button of all("[data-see]", made)) {
      button.setAttribute("aria-label", `${button.textContent?.trim() ?? ""}: ${slot("title", made).textContent ?? ""}`);
      button.addEventListener("click", () => void this.tapped(place, button.dataset.see as SightBody["state"]));
    }
    return made;
  }

  private async tapped(place: SurveyPlace, state: SightBody["state"]): Promise<void> {
    if (state === "fault") return this.fault(place);
    const next = maybe(`[data-point="${place.id}"]`, this.root)?.nextElementSibling?.querySelector("button");
    next?.focus();
    const item = await this.see(place, { state });
    one("[data-survey-said]", this.root).textContent = item.title;
    this.seen(item);
  }

  private async hideSeen(): Promise<void> {
    const waiting = new Set((await queued()).filter((each) => each.sight).map((each) => each.id));
    this.places = this.places.filter((each) => !waiting.has(each.id));
  }
}

async function getJson<T>(url: string, shape: (body: Body) => T | null): Promise<T | null> {
  const response = await fetch(url, ASKED).catch(() => null);
  const outcome = response && (await readAnswer(response, shape));
  return outcome && "done" in outcome ? outcome.done : null;
}

function surveyIn(body: Body): SurveyAnswer | null {
  return textOf(body.code) && Array.isArray(body.points) ? (body as unknown as SurveyAnswer) : null;
}

function placesOf({ code, title, category, points }: SurveyAnswer): SurveyPlace[] {
  return points
    .filter((each) => each.state === "to_see")
    .map(({ id, position, lon, lat, words, ward, mine }) => ({ id, survey: code, title, category, position, words, ward: ward ?? "", location: { lon, lat }, mine }));
}
