// Second step: what it is. Large pictures first, a search that forgives missing marks, then the kind's questions.
import { partAt } from "../../lib/requests/answer";
import { all, maybe, one } from "../../lib/page/dom";
import { within } from "../../lib/requests/timeout";
import type { State } from "./state";
import { Danger } from "./danger";
import { findKinds, meant, plain } from "./suggest";

const PATIENCE_MS = 4000;

export class Kinds {
  private readonly options: HTMLElement[];
  private readonly questions: HTMLElement;
  private readonly danger: Danger;

  constructor(
    private readonly sheet: HTMLElement,
    private readonly state: State,
    private readonly chosen: () => void,
    private readonly changed: () => void,
  ) {
    this.options = all("[data-kind][data-words]", sheet);
    this.questions = one("[data-questions]", sheet);
    this.danger = new Danger(sheet.dataset.dangerWords ?? "", all<HTMLTemplateElement>("[data-questions-of]", sheet));
    for (const option of this.options) this.listen(option);
    const search = one<HTMLInputElement>("[data-kind-search]", sheet);
    search.addEventListener("input", () => this.search(search.value));
    one("[data-choose-other]", sheet).addEventListener("click", () => this.chooseOther(search.value));
    search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.questions.addEventListener("input", () => this.answered());
    const description = one<HTMLTextAreaElement>("[data-description]", sheet);
    description.value = state.draft.description;
    description.addEventListener("input", () => {
      state.draft.description = description.value;
      state.changed();
      this.listenToWords();
    });
    one("[data-meant]", sheet).addEventListener("click", (event) => {
      this.choose((event.currentTarget as HTMLElement).dataset.code ?? "");
      description.focus();
    });
    if (state.draft.category) this.show();
  }

  name(code = this.state.draft.category): string {
    const option = this.options.find((each) => each.dataset.kind === code);
    return option ? (one(".choice-name", option).textContent ?? "") : "";
  }

  choose(code: string): void {
    const rootBefore = this.rootOf(this.state.draft.category);
    this.state.draft.category = code;
    if (this.rootOf(code) !== rootBefore) this.state.draft.answers = {};
    this.state.changed();
    this.show();
  }

  /** The kinds to choose from first. */
  roots(): string[] {
    return this.options.filter((each) => !each.dataset.root).map((each) => each.dataset.kind ?? "");
  }

  /** The kind that words speak of clearly; empty where they do not. */
  meantBy(words: string): string {
    return meant(this.options, words)?.dataset.kind ?? "";
  }

  /** Words typed elsewhere on the sheet. */
  describe(words: string): void {
    this.state.draft.description = words;
    one<HTMLTextAreaElement>("[data-description]", this.sheet).value = words;
    this.state.changed();
    this.listenToWords();
  }

  /** Questions of the chosen kind with their answers, as they are read. */
  answers(): [string, string][] {
    const found = new Map<string, string[]>();
    for (const field of this.fields()) {
      const question = field.closest("fieldset, .field")?.querySelector(".label")?.firstChild?.textContent?.trim() ?? "";
      const answer = isBox(field) ? (isOn(field) ? (field.nextElementSibling?.textContent?.trim() ?? "") : "") : field.value.trim();
      if (question && answer) found.set(question, [...(found.get(question) ?? []), answer]);
    }
    return [...found].map(([question, answers]) => [question, answers.join(", ")]);
  }

  rootOf(code: string): string {
    return this.options.find((each) => each.dataset.kind === code)?.dataset.root ?? code;
  }

  private listen(option: HTMLElement): void {
    const radio = one<HTMLInputElement>("input", option);
    // A card that is tapped goes on, also the one chosen before; walking through them with arrow keys does not.
    let tapped = false;
    option.addEventListener("click", (event) => {
      if (event.target !== radio) tapped = true;
    });
    radio.addEventListener("click", () => {
      this.choose(radio.value);
      if (tapped) this.chosen();
      else this.changed();
      tapped = false;
    });
  }

  /** Offer the kinds that are usual around the photo or the phone, before anything is typed. */
  async lookAround(): Promise<void> {
    const { photoPlace, place, photoTime, category } = this.state.draft;
    const at = photoPlace ?? place;
    const box = one("[data-usual]", this.sheet);
    if (!at || category || !navigator.onLine) return;
    const query = new URLSearchParams({ lon: String(at.lon), lat: String(at.lat), ...(photoTime ? { at: photoTime } : {}) });
    const kinds = await partAt(`/report/usual?${query}`, { signal: within(PATIENCE_MS) });
    if (kinds === null) return;
    one("[data-usual-kinds]", box).innerHTML = kinds;
    const buttons = all("[data-code]", box);
    for (const button of buttons) {
      button.addEventListener("click", () => {
        this.choose(button.dataset.code ?? "");
        this.chosen();
      });
    }
    box.hidden = buttons.length === 0;
  }

  /** Best first, in one list; what nothing fits is offered as "something else", in the words that were typed. */
  private search(text: string): void {
    const searching = plain(text) !== "";
    const found = searching ? findKinds(this.options, text) : [];
    const [home, below, list] = [one("[data-kinds]", this.sheet), one("[data-kinds-below]", this.sheet), one("[data-kinds-found]", this.sheet)];
    for (const option of this.options) (option.dataset.root ? below : home).append(option);
    list.append(...found);
    home.hidden = searching;
    list.hidden = found.length === 0;
    one("[data-usual]", this.sheet).classList.toggle("aside", searching);
    one("[data-none-found]", this.sheet).hidden = !searching || found.length > 0;
    this.warn();
  }

  private chooseOther(words: string): void {
    const { draft } = this.state;
    const description = one<HTMLTextAreaElement>("[data-description]", this.sheet);
    if (!draft.description.trim()) description.value = draft.description = words.trim();
    this.choose("other");
    this.chosen();
  }

  /** The words may speak of another kind than the one chosen, or of danger. */
  private listenToWords(): void {
    const { description, category } = this.state.draft;
    const other = meant(this.options, description);
    const code = other?.dataset.kind ?? "";
    const box = one("[data-meant]", this.sheet);
    box.hidden = !other || code === category || this.isBelow(category, code);
    box.dataset.code = code;
    one("[data-meant-name]", box).textContent = this.name(code);
    this.warn();
  }

  /** A narrower kind than the one the words speak of says more. */
  private isBelow(code: string, root: string): boolean {
    return this.rootOf(code) === root;
  }

  private show(): void {
    const { category } = this.state.draft;
    for (const option of this.options) one<HTMLInputElement>("input", option).checked = option.dataset.kind === category;
    one("[data-kind-name]", this.sheet).textContent = this.name(this.rootOf(category));
    this.showNarrower();
    this.showQuestions();
    this.listenToWords();
  }

  private showNarrower(): void {
    const root = this.rootOf(this.state.draft.category);
    const place = one("[data-narrower-options]", this.sheet);
    const children = this.options.filter((each) => each.dataset.root === root);
    one("[data-narrower]", this.sheet).hidden = children.length === 0;
    place.replaceChildren(...children.map((child) => this.narrower(child, root)));
  }

  private narrower(child: HTMLElement, root: string): HTMLElement {
    const label = document.createElement("label");
    label.className = "option";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = child.dataset.kind === this.state.draft.category;
    box.addEventListener("change", () => {
      this.choose(box.checked ? (child.dataset.kind ?? root) : root);
      maybe<HTMLInputElement>(`[data-narrower-options] input[value="${box.value}"]`, this.sheet)?.focus();
    });
    box.value = child.dataset.kind ?? "";
    const words = document.createElement("span");
    words.textContent = one(".choice-name", child).textContent;
    label.append(box, words);
    return label;
  }

  private showQuestions(): void {
    const { category, answers } = this.state.draft;
    const path = [...new Set([this.rootOf(category), category])];
    const parts = path.map((code) => maybe<HTMLTemplateElement>(`[data-questions-of="${code}"]`, this.sheet));
    this.questions.replaceChildren(...parts.filter((each) => each !== null).map((each) => each.content.cloneNode(true)));
    for (const field of this.fields()) {
      const answer = answers[codeOf(field)];
      if (isBox(field)) field.checked = answer === field.value || (Array.isArray(answer) && answer.includes(field.value));
      else if (typeof answer === "string") field.value = answer;
    }
    this.warn();
  }

  private answered(): void {
    const answers: Record<string, string | string[]> = {};
    for (const field of this.fields()) {
      const code = codeOf(field);
      if (field.type === "checkbox") answers[code] = [...(answers[code] ?? []), ...(isOn(field) ? [field.value] : [])];
      else if (!isBox(field) || isOn(field)) answers[code] = field.value;
    }
    this.state.draft.answers = answers;
    this.state.changed();
    this.warn();
  }

  private fields(): HTMLInputElement[] {
    return all<HTMLInputElement>("[name^='answer.']", this.questions);
  }

  private warn(): void {
    const answered = this.fields().some((field) => isOn(field) && "danger" in field.dataset);
    const searched = one<HTMLInputElement>("[data-kind-search]", this.sheet).value;
    const found = [this.state.draft.description, this.name(), searched].map((text) => this.danger.in(text));
    const calls = found.flatMap((numbers) => numbers ?? []);
    const answeredHere = found.some((numbers) => numbers !== null);
    for (const box of all("[data-danger-box]", this.sheet)) {
      box.hidden = !answered && !answeredHere;
      for (const button of all("[data-number]", box)) button.classList.toggle("button-main", calls.includes(button.dataset.number ?? ""));
    }
  }
}

function codeOf(field: HTMLInputElement): string {
  return field.name.slice("answer.".length);
}

function isBox(field: HTMLInputElement): boolean {
  return field.type === "radio" || field.type === "checkbox";
}

function isOn(field: HTMLInputElement): boolean {
  return isBox(field) && field.checked;
}
