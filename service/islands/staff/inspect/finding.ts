// Something new, seen on the way: a report by the inspector, from where one stands.
import { all, maybe, one } from "../../lib/page/dom";
import { newId } from "../../lib/requests/ids";
import { enqueue, type Queued, type Shot } from "../../lib/storage/round_store";
import { far, say } from "../../lib/page/words";
import { Camera } from "./camera";
import type { SurveyPlace } from "../../lib/storage/survey_store";
import type { Position } from "./position";
import { tellProblem } from "./problem";
import type { Surveys } from "./surveys";

export class Finding {
  private camera?: Camera;
  /** The point of a survey whose fault this is; none for what is seen on the way. */
  private point?: SurveyPlace;

  constructor(
    private readonly root: HTMLElement,
    private readonly view: HTMLElement,
    private readonly position: Position,
    private readonly queued: (item: Queued) => void,
    private readonly surveys: Surveys,
  ) {
    one("[data-finding-form]", view).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.kind.addEventListener("change", () => this.ask());
  }

  /** Show the questions of the kind, such as a cable's tag and height, at the points of a survey. */
  private ask(): void {
    const sets = all<HTMLTemplateElement>("template[data-asked-of]", this.view);
    const chosen = this.point ? sets.filter((each) => (each.dataset.askedOf ?? "").split(" ").includes(this.kind.value)) : [];
    const place = one("[data-questions]", this.view);
    place.replaceChildren(...chosen.map((each) => each.content.cloneNode(true)));
    place.hidden = !chosen.length;
  }

  private get answers(): Record<string, string | string[]> {
    const given: Record<string, string | string[]> = {};
    for (const field of all<HTMLInputElement>("[name^='answer.']", one("[data-questions]", this.view))) {
      const value = field.value.trim();
      const code = field.name.slice("answer.".length);
      if (field.type === "checkbox" && field.checked) given[code] = [...(given[code] ?? []), value];
      else if (field.type === "radio" ? field.checked : field.type !== "checkbox" && value) given[code] = value;
    }
    return given;
  }

  open(point?: SurveyPlace): void {
    this.point = point;
    one("#i-finding", this.view).textContent = point ? say("fault_at", { n: point.position, words: point.words }) : say("finding");
    this.camera?.stop();
    this.camera = new Camera(one("[data-camera-place]", this.view), () => undefined);
    this.kind.value = point?.category ?? "";
    this.words.value = "";
    this.ask();
    this.problem("");
    this.position.watch();
    this.refresh();
  }

  close(): void {
    this.camera?.stop();
  }

  refresh(): void {
    const { here } = this.position;
    one("[data-finding-fix]", this.view).textContent = here ? say("position", { far: far(here.accuracy_m ?? 0) }) : say("no_position");
  }

  private get kind(): HTMLSelectElement {
    return one<HTMLSelectElement>("#i-kind", this.view);
  }

  private get words(): HTMLTextAreaElement {
    return one<HTMLTextAreaElement>("#i-description", this.view);
  }

  private async send(): Promise<void> {
    const { here } = this.position;
    if (!this.kind.value) return this.problem(say("need_kind"), "#i-kind");
    const shots = this.camera?.shots ?? [];
    if (this.point) return this.sendFault(this.point, shots);
    if (!here) return this.problem(say("need_place"));
    const id = newId();
    const queued: Queued = {
      id,
      account: this.root.dataset.account ?? "",
      title: say("finding"),
      code: "",
      finding: { id, category: this.kind.value, description: this.words.value.trim(), location: here, occurred_at: new Date().toISOString() },
      state: "waiting",
      createdAt: Date.now(),
      tries: 0,
      nextAt: 0,
    };
    await enqueue(queued, shots);
    this.camera?.stop();
    this.queued(queued);
  }

  /** A fault at a point needs a photo; the place is the point's own, whether or not the phone knows where it is. */
  private async sendFault(point: SurveyPlace, shots: Shot[]): Promise<void> {
    if (!shots.length) return this.problem(say("need_photo"), "[data-file]");
    const sight = { state: "fault" as const, note: this.words.value.trim(), category: this.kind.value, report: newId(), attributes: this.answers };
    const queued = await this.surveys.see(point, sight, shots);
    this.camera?.stop();
    this.queued(queued);
  }

  private problem(text: string, field = ""): void {
    tellProblem(one("[data-finding-problem]", this.view), text, field ? maybe(field, this.view) : null, this.view);
  }
}
