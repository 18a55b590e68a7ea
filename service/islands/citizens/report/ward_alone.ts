// The place without a position: the ward out of a list, and the address. Both may be asked for in several parts of the sheet;
// what is chosen in one stands in the others.
import { all } from "../../lib/page/dom";
import { isPlaced, type State } from "./state";

export class WardAlone {
  private readonly fields: HTMLSelectElement[];
  private readonly addresses: HTMLInputElement[];

  constructor(
    sheet: HTMLElement,
    private readonly state: State,
    private readonly changed: () => void,
  ) {
    this.fields = all<HTMLSelectElement>("[data-ward-alone]", sheet);
    for (const field of this.fields) field.addEventListener("change", () => this.choose(field.value));
    this.addresses = all<HTMLInputElement>("[data-address]", sheet);
    for (const field of this.addresses) {
      field.value = state.draft.address;
      field.addEventListener("input", () => this.write(field.value));
    }
    if (state.draft.ward !== undefined) this.show(state.draft.ward);
  }

  /** Return whether the ward is named instead of a position. */
  get on(): boolean {
    return this.state.draft.ward !== undefined;
  }

  /** Name of the ward that was chosen; empty where none was. */
  get name(): string {
    const field = this.fields[0];
    return this.state.draft.ward ? (field?.selectedOptions[0]?.textContent?.trim() ?? "") : "";
  }

  get ready(): boolean {
    return this.on && isPlaced(this.state.draft);
  }

  /** Name the ward from now on; without one that was named, and with none known, it has to be chosen. */
  choose(code: string): void {
    this.state.draft.ward = code;
    this.show(code);
    this.state.changed();
    this.changed();
  }

  /** Write the address, wherever it is asked for. */
  write(words: string): void {
    this.state.draft.address = words;
    for (const field of this.addresses) if (field.value !== words) field.value = words;
    this.state.changed();
    this.changed();
  }

  /** Choose a position again. */
  drop(): void {
    delete this.state.draft.ward;
    this.show("");
    this.state.changed();
    this.changed();
  }

  /** A ward that is no more is not in the list: then one is chosen anew. */
  private show(code: string): void {
    for (const field of this.fields) field.value = code;
    if (code && this.fields.some((each) => each.value !== code)) this.state.draft.ward = "";
  }
}
