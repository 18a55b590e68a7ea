// Something new, seen on the way: a report by the inspector, from where one stands.
import { one } from "../../lib/page/dom";
import { newId } from "../../lib/requests/ids";
import { enqueue, type Queued } from "../../lib/storage/round_store";
import { far, say } from "../../lib/page/words";
import { Camera } from "./camera";
import type { Position } from "./position";

export class Finding {
  private camera?: Camera;

  constructor(
    private readonly root: HTMLElement,
    private readonly view: HTMLElement,
    private readonly position: Position,
    private readonly queued: (item: Queued) => void,
  ) {
    one("[data-finding-form]", view).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  open(): void {
    this.camera?.stop();
    this.camera = new Camera(one("[data-camera-place]", this.view), () => undefined);
    this.kind.value = "";
    this.words.value = "";
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
    if (!this.kind.value) return this.problem(say("need_kind"));
    if (!here) return this.problem(say("need_place"));
    const id = newId();
    const shots = this.camera?.shots ?? [];
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

  private problem(text: string): void {
    const place = one("[data-finding-problem]", this.view);
    place.textContent = text;
    place.hidden = !text;
  }
}
