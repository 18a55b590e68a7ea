// What waits to be sent, and what came back to be decided: mine beside what is there now, nothing overwritten.
import { all, fromTemplate, slot } from "../../lib/page/dom";
import { Drawn } from "../../lib/page/drawn";
import { forgetQueued, queued, roundStore, shotsOf, type Queued } from "../../lib/storage/round_store";
import { say } from "../../lib/page/words";
import type { Cases } from "./cases";

export class WaitingCards {
  private readonly drawn = new Drawn();

  constructor(
    private readonly place: HTMLElement,
    private readonly account: string,
    private readonly cases: Cases,
    private readonly edit: (item: Queued) => void,
    private readonly send: () => void,
    /** The status that a verdict leads to. */
    private readonly targets: Record<string, string>,
  ) {}

  async draw(): Promise<void> {
    const found = await this.drawn.newest(queued());
    if (!found) return;
    const mine = found.filter((each) => each.account === this.account);
    // How a case in conflict stands is told anew once there is a network.
    const content = (item: Queued) => [item, item.state === "conflict" && navigator.onLine];
    this.drawn.show(this.place, mine.map((item) => this.drawn.of(item.id, content(item), () => this.card(item))));
    this.place.hidden = mine.length === 0;
  }

  private card(item: Queued): HTMLElement {
    const made = fromTemplate("[data-waiting-card]");
    made.dataset.state = item.state;
    made.dataset.item = item.id;
    slot("title", made).textContent = [item.title, item.code].filter(Boolean).join(" · ");
    const state = slot("state", made);
    state.textContent = say(`state_${item.state}`);
    state.classList.add({ waiting: "tone-grey", signin: "tone-amber", refused: "tone-red", conflict: "tone-red" }[item.state]);
    const reasons = item.problem ? [item.problem.detail, ...item.problem.errors.map((each) => each.msg)] : [];
    slot("problem", made).textContent = item.state === "conflict" ? say("conflict_head", { code: item.code }) : reasons.join(" ");
    slot("problem", made).hidden = item.state === "waiting";
    if (item.state === "conflict") this.compare(item, made);
    this.buttons(item, made);
    return made;
  }

  private buttons(item: Queued, made: HTMLElement): void {
    const target = item.verdict ? (this.targets[item.verdict.verdict] ?? "") : "";
    const shown: Record<string, boolean> = {
      anyway: item.state === "conflict" && Boolean(item.now?.allowed.includes(target)),
      edit: Boolean(item.verdict) && (item.state === "refused" || (item.state === "conflict" && Boolean(item.now?.allowed.includes(target)))),
      again: item.state === "refused",
      signin: item.state === "signin",
      drop: item.state !== "waiting" && item.state !== "signin",
    };
    for (const button of all("[data-act]", made)) {
      const act = button.dataset.act ?? "";
      button.hidden = !shown[act];
      button.addEventListener("click", () => void this.act(act, item));
    }
  }

  private async act(act: string, item: Queued): Promise<void> {
    if (act === "drop") {
      if (!confirm(say("drop_sure"))) return;
      await forgetQueued(item.id);
      return this.draw();
    }
    if (act === "edit") return this.edit(item);
    if (act === "signin") return;
    const verdict = item.verdict && item.now && act === "anyway" ? { ...item.verdict, version: item.now.version } : item.verdict;
    await roundStore().put("outbox", { ...item, verdict, state: "waiting", tries: 0, nextAt: 0 });
    await this.draw();
    this.send();
  }

  /** Show the inspector's decision beside the case's state, reloaded where there is a network. */
  private compare(item: Queued, made: HTMLElement): void {
    slot("pair", made).hidden = false;
    const mine = slot("mine", made);
    mine.append(paragraph(say(item.verdict?.verdict ?? "")), paragraph(item.verdict?.reason ?? ""));
    void this.picture(item, mine);
    const theirs = slot("theirs", made);
    theirs.append(paragraph(say(`status_${item.now?.status ?? ""}`)));
    void this.history(item, theirs);
  }

  private async picture(item: Queued, mine: HTMLElement): Promise<void> {
    const [shot] = await shotsOf(item.id);
    if (!shot) return;
    const src = URL.createObjectURL(new Blob([shot.bytes], { type: shot.type }));
    mine.append(Object.assign(document.createElement("img"), { src, alt: say("photo_mine") }));
  }

  private async history(item: Queued, theirs: HTMLElement): Promise<void> {
    const part = await this.cases.part(item.code);
    if (!part) return;
    const drawn = document.createElement("template");
    drawn.innerHTML = part;
    const newest = all(".timeline-item", drawn.content).slice(0, 2);
    if (!newest.length) return;
    const list = Object.assign(document.createElement("ol"), { className: "timeline" });
    list.append(...newest);
    theirs.append(list);
  }
}

function paragraph(text: string): HTMLElement {
  const made = Object.assign(document.createElement("p"), { textContent: text });
  made.hidden = !text;
  return made;
}

