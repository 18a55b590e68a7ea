// Deciding on the spot: a photo, where one stands, and a reason where one is needed.
import { all, maybe, one } from "../../lib/page/dom";
import { newId } from "../../lib/requests/ids";
import { enqueue, shotsOf, type Case, type Fix, type Queued } from "../../lib/storage/round_store";
import { far, say } from "../../lib/page/words";
import { Camera } from "./camera";
import type { Cases } from "./cases";
import type { Position } from "./position";
import { tellProblem } from "./problem";
import { metres } from "./route";

type Verdict = "passed" | "failed";

export class Decide {
  private camera?: Camera;
  private item?: Case;
  private verdict: Verdict = "passed";
  private again?: Queued;
  private id = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly view: HTMLElement,
    private readonly cases: Cases,
    private readonly position: Position,
    private readonly queued: (item: Queued) => void,
  ) {
    one("[data-decide-form]", view).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  /** Begin a verdict; `again` is one that waits and is taken up anew, with what was there. */
  async open(item: Case, verdict: Verdict, again?: Queued): Promise<void> {
    Object.assign(this, { item, verdict, again, id: again?.id ?? newId() });
    one("[data-decide-title]", this.view).textContent = say(verdict);
    one("[data-decide-code]", this.view).textContent = `${item.title} · ${item.code}`;
    one("[data-reason-field]", this.view).hidden = verdict === "passed";
    one<HTMLTextAreaElement>("#i-reason", this.view).value = again?.verdict?.reason ?? "";
    one<HTMLTextAreaElement>("#i-explanation", this.view).value = again?.verdict?.explanation ?? "";
    one<HTMLButtonElement>("[data-decide-send]", this.view).disabled = false;
    this.problem("");
    this.camera?.stop();
    this.camera = new Camera(one("[data-camera-place]", this.view), () => this.refresh());
    if (again) this.camera.restore(await shotsOf(again.id));
    const before = item.photos.find((photo) => photo.kind === "report");
    this.camera.before(before ? await this.cases.picture(before.url) : null);
    this.position.watch();
    this.refresh();
  }

  close(): void {
    this.camera?.stop();
  }

  /** Show the distance and what is unusual about the decision. */
  refresh(): void {
    if (!this.item) return;
    const here = this.here;
    const distance = here ? metres(here, this.item.location) : null;
    const marks: string[] = [];
    const { radius_m } = this.item;
    if (distance === null) marks.push(say("no_place"));
    else if (distance > radius_m) marks.push(say("too_far", { far: far(distance), most: far(radius_m) }));
    if (this.isOld) marks.push(say("old_photo", { n: this.minutes }));
    const fix = one("[data-fix]", this.view);
    fix.textContent = distance !== null && distance <= radius_m ? say("here", { far: far(distance) }) : "";
    fix.hidden = !fix.textContent;
    one("[data-marks]", this.view).replaceChildren(...marks.map((text) => Object.assign(document.createElement("p"), { className: "notice tone-amber", textContent: text })));
    one("[data-explanation-field]", this.view).hidden = marks.length === 0;
  }

  /** A verdict that is taken up anew was given where one stood then. */
  private get here(): Fix | null {
    return this.again?.verdict?.position ?? this.position.here;
  }

  private get minutes(): number {
    return Number(this.root.dataset.minutes ?? 30);
  }

  private get photoAt(): string | null {
    const known = (this.camera?.shots ?? []).map((shot) => shot.at);
    return known.includes(null) || known.length === 0 ? null : (known as string[]).sort()[0] ?? null;
  }

  private get decidedAt(): string {
    return this.again?.verdict?.decided_at ?? new Date().toISOString();
  }

  private get isOld(): boolean {
    if (!this.camera?.shots.length) return false;
    const at = this.photoAt;
    return !at || new Date(this.decidedAt).getTime() - new Date(at).getTime() > this.minutes * 60_000;
  }

  private async send(): Promise<void> {
    const { item, camera } = this;
    if (!item || !camera) return;
    this.refresh();
    const reason = one<HTMLTextAreaElement>("#i-reason", this.view).value.trim();
    const explanation = one<HTMLTextAreaElement>("#i-explanation", this.view).value.trim();
    if (!camera.shots.length) return this.problem(say("need_photo"), "[data-file]");
    if (this.verdict === "failed" && !reason) return this.problem(say("need_reason"), "#i-reason");
    const marked = all("[data-marks] > p", this.view).length > 0;
    if (marked && !explanation) return this.problem(say("need_reason"), "#i-explanation");
    one<HTMLButtonElement>("[data-decide-send]", this.view).disabled = true;
    const queued: Queued = {
      id: this.id,
      account: this.root.dataset.account ?? "",
      title: item.title,
      code: item.code,
      verdict: {
        id: this.id,
        report: item.code,
        verdict: this.verdict,
        version: this.again?.now?.version || item.version,
        photos: camera.shots.map((shot) => shot.id),
        decided_at: this.decidedAt,
        photo_at: this.photoAt,
        position: this.here,
        reason: this.verdict === "failed" ? reason : "",
        explanation: marked ? explanation : "",
      },
      state: "waiting",
      createdAt: this.again?.createdAt ?? Date.now(),
      tries: 0,
      nextAt: 0,
    };
    await enqueue(queued, camera.shots);
    camera.stop();
    this.queued(queued);
  }

  private problem(text: string, field = ""): void {
    tellProblem(one("[data-decide-problem]", this.view), text, field ? maybe(field, this.view) : null, this.view);
  }
}
