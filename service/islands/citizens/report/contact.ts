// The optional contact: kept like the rest while it is typed; what is wrong is said at its field and never stops the report.
import { maybe, one } from "../../lib/page/dom";
import { say } from "../../lib/page/words";
import type { Submission } from "../../lib/storage/store";
import type { State } from "./state";

const FIELDS = ["name", "phone", "email"] as const;
type Field = (typeof FIELDS)[number];
type Given = NonNullable<Submission["contact"]>;

/** The service decides; this only spares people a round for what is plainly no number and no address. */
const LOOKS_RIGHT: Partial<Record<Field, RegExp>> = {
  phone: /^(?:\+?[1-9]|0)(?:[ .()-]*\d){8,14}$/,
  email: /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/,
};

export class Contact {
  /** Fields that are wrong and left out. */
  dropped: Field[] = [];
  /** Fields of which it was said that they are wrong: pressed again, the report goes without them. */
  private readonly shownProblems = new Set<Field>();

  constructor(
    private readonly form: HTMLElement,
    private readonly state: State,
  ) {
    for (const name of FIELDS) this.listen(name);
    if (state.draft.contact || state.draft.anonymous) this.open();
    for (const error of state.draft.problem?.errors ?? []) {
      const name = FIELDS.find((each) => error.loc.includes(each));
      if (error.loc.includes("contact") && name) this.showProblem(name, error.msg);
    }
  }

  /** Return whether the report may be sent; false once for each new problem, so that it is shown first. */
  passes(): boolean {
    if (this.state.draft.anonymous) return true;
    const wrong = FIELDS.filter((name) => this.isWrong(name));
    const fresh = wrong.filter((name) => !this.shownProblems.has(name));
    for (const name of wrong) this.showProblem(name, this.reason(name));
    if (fresh[0]) {
      this.open();
      this.field(fresh[0])?.focus();
      return false;
    }
    for (const name of wrong) this.drop(name);
    return true;
  }

  private listen(name: Field): void {
    const field = this.field(name);
    if (!field) return;
    field.value = this.state.draft.contact?.[name] ?? "";
    field.addEventListener("input", () => {
      this.put(name, field.value.trim());
      this.shownProblems.delete(name);
      this.dropped = this.dropped.filter((each) => each !== name);
      this.showProblem(name, "");
    });
    field.addEventListener("change", () => this.isWrong(name) && this.showProblem(name, this.reason(name)));
  }

  private put(name: Field, value: string): void {
    const { [name]: _, ...others }: Given = this.state.draft.contact ?? {};
    this.state.draft.contact = value ? { ...others, [name]: value } : others;
    this.state.changed();
  }

  /** Keep wrong values in their fields, to be read; they are not sent. */
  private drop(name: Field): void {
    if (!this.dropped.includes(name)) this.dropped.push(name);
    this.put(name, "");
  }

  private isWrong(name: Field): boolean {
    const value = this.state.draft.contact?.[name] ?? "";
    return value !== "" && LOOKS_RIGHT[name]?.test(value) === false;
  }

  private reason(name: Field): string {
    return say(name === "email" ? "wrong_email" : "wrong_phone");
  }

  private showProblem(name: Field, text: string): void {
    const field = this.field(name);
    const box = field?.closest(".field");
    if (!field || !box) return;
    if (text) this.shownProblems.add(name);
    box.classList.toggle("field-wrong", Boolean(text));
    field.toggleAttribute("aria-invalid", Boolean(text));
    const place = maybe(`#${field.id}-error`, this.form) ?? box.appendChild(Object.assign(document.createElement("p"), { id: `${field.id}-error`, className: "field-error" }));
    place.setAttribute("role", "alert");
    place.textContent = text;
    field.setAttribute("aria-describedby", place.id);
  }

  private open(): void {
    one<HTMLDetailsElement>("details.fold", this.form).open = true;
  }

  private field(name: Field): HTMLInputElement | null {
    return maybe<HTMLInputElement>(`#s-${name}`, this.form);
  }
}
