// The list of cases, in the order that was chosen; what is chosen for the route has a number.
import { all, fromTemplate, maybe, one, slot } from "../../lib/page/dom";
import { Drawn } from "../../lib/page/drawn";
import type { Fix, Kept } from "../../lib/storage/round_store";
import { far, say } from "../../lib/page/words";
import { iconOf, mapsLink, type Cases, type Order } from "./cases";
import { metres } from "./route";

type Fact = [text: string, look: string];

const HOUR_MS = 3600 * 1000;
/** Most places that the map apps of phones take in one route. */
const MOST_WAYPOINTS = 10;

export class List {
  order: Order = "distance";
  private readonly drawn = new Drawn();

  constructor(
    private readonly root: HTMLElement,
    private readonly cases: Cases,
    private readonly open: (code: string) => void,
    private readonly reordered: () => void,
    private readonly picked: () => void,
  ) {
    for (const button of all("[data-order]", root)) {
      button.addEventListener("click", () => {
        this.order = button.dataset.order as Order;
        this.reordered();
      });
    }
  }

  draw(here: Fix | null): void {
    for (const button of all("[data-order]", this.root)) button.setAttribute("aria-pressed", String(button.dataset.order === this.order));
    const shown = this.cases.inOrder(this.order, here);
    one("[data-count]", this.root).textContent = say(this.cases.total === 1 ? "count_one" : "count", { n: this.cases.total });
    one("[data-chosen-count]", this.root).textContent = String(this.cases.chosen.length);
    one("[data-none]", this.root).hidden = shown.length > 0 || this.order === "route";
    this.note(shown.length, here);
    this.routeHead(shown, here);
    const cards = shown.map((each, place) => {
      const { code, item, chosen } = each;
      const number = this.order === "route" ? place + 1 : null;
      const facts = factsOf(each, here);
      // Without a network, thumbnails are those kept on the phone.
      const content = [item.title, item.address, item.ward, item.icon, item.photos, chosen, number, facts, navigator.onLine];
      return this.drawn.of(code, content, () => this.card(each, number, facts));
    });
    this.drawn.show(one("[data-list]", this.root), cards);
  }

  private note(shown: number, here: Fix | null): void {
    const place = one("[data-list-note]", this.root);
    const said = [
      this.cases.kept ? say("kept_list") : "",
      this.order === "route" && !shown ? say("route_empty") : "",
      this.order === "distance" && !here ? say("no_position") : "",
    ].filter(Boolean);
    place.textContent = said.join(" ");
    place.hidden = said.length === 0;
  }

  private routeHead(shown: Kept[], here: Fix | null): void {
    const head = one("[data-route-head]", this.root);
    head.hidden = this.order !== "route" || shown.length === 0;
    if (head.hidden) return;
    one("[data-route-total]", head).textContent = say("route_total", { n: shown.length, far: far(this.cases.wayLength(here)) });
    one<HTMLAnchorElement>("[data-route-link]", head).href = mapsLink(shown.slice(0, MOST_WAYPOINTS).map((each) => each.item.location));
  }

  private card(each: Kept, order: number | null, facts: Fact[]): HTMLElement {
    const { item } = each;
    const made = fromTemplate("[data-case-card]");
    made.dataset.code = each.code;
    slot("title", made).textContent = item.title;
    slot("place", made).textContent = item.address || item.ward?.name || item.code;
    slot("facts", made).append(...facts.map(([text, name]) => Object.assign(document.createElement("span"), { textContent: text, className: name })));
    slot("pick", made).textContent = `${say(each.chosen ? "chosen" : "choose")}: ${item.title}, ${item.code}`;
    const number = slot("number", made);
    number.hidden = order === null;
    number.textContent = String(order ?? "");
    void this.thumb(slot("thumb", made), each);
    one("[data-open-case]", made).addEventListener("click", () => this.open(each.code));
    const pick = one<HTMLInputElement>("[data-pick]", made);
    pick.checked = each.chosen;
    pick.addEventListener("change", () => {
      void this.cases.choose(each.code, pick.checked);
      this.picked();
      maybe<HTMLInputElement>(`[data-code="${each.code}"] [data-pick]`, this.root)?.focus();
    });
    return made;
  }

  private async thumb(place: HTMLElement, each: Kept): Promise<void> {
    const photo = each.item.photos.find((one) => one.kind === "report") ?? each.item.photos[0];
    if (!photo) return place.replaceChildren(iconOf(each.item.icon));
    const image = Object.assign(document.createElement("img"), { alt: "", loading: "lazy", src: await this.cases.picture(photo.thumbnail_url) });
    image.addEventListener("error", () => place.replaceChildren(iconOf(each.item.icon)));
    place.replaceChildren(image);
  }
}

/** Return the lines beneath a case, each with its CSS class. */
function factsOf(each: Kept, here: Fix | null): Fact[] {
  const said: Fact[] = each.item.emergency ? [[`⚠ ${say("emergency")}`, "badge badge-emergency"]] : [];
  if (here) said.push([say("far_away", { far: far(metres(here, each.item.location)) }), "inspect-far"]);
  if (each.item.verify_by) said.push(left(each.item.verify_by));
  return said;
}

function left(until: string): Fact {
  const hours = Math.floor((new Date(until).getTime() - Date.now()) / HOUR_MS);
  if (hours < 1) return [say("left_none"), "inspect-late"];
  if (hours < 48) return [say("left_hours", { n: hours }), "inspect-soon"];
  return [say("left_days", { n: Math.floor(hours / 24) }), "inspect-left"];
}
