// <pick-one>: a select that is searched by typing. The select stays what is sent, and what is there without scripts.
// Of a `multiple` one several are chosen, one after the other; each can be taken off again.
import { bestChoices, type Choice } from "./pick_words";

const MOST_RECENT = 5;
const MOST_SHOWN = 60;

class PickOne extends HTMLElement {
  private input!: HTMLInputElement;
  private list!: HTMLUListElement;
  private select!: HTMLSelectElement;
  private chosen?: HTMLUListElement;
  private shown: Choice[] = [];
  private at = -1;

  connectedCallback(): void {
    const select = this.querySelector("select");
    if (!select || this.input) return;
    this.select = select;
    const held = document.activeElement === select;
    this.input = this.makeInput(select);
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}-list`;
    this.list.className = "pick-list";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.list.setAttribute("aria-label", this.closest(".field")?.querySelector("label")?.textContent?.trim() ?? "");
    this.append(this.input, this.list);
    if (held) this.input.focus(); // what is hidden loses it
    if (select.multiple) this.showSeveral();
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.open(""));
    // What is typed takes the place of what was proposed.
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    // The press itself would take the focus away before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[data-at]");
      if (option) this.choose(this.shown[Number(option.dataset.at)]);
    });
    this.show();
  }

  private makeInput(select: HTMLSelectElement): HTMLInputElement {
    const input = document.createElement("input");
    input.className = "input";
    input.type = "text";
    input.autocomplete = "off";
    input.id = select.id;
    for (const name of ["aria-describedby", "aria-invalid", "autofocus", "required"]) {
      const value = select.getAttribute(name);
      if (value !== null) input.setAttribute(name, value);
    }
    input.placeholder = select.querySelector<HTMLOptionElement>('option[value=""]')?.text ?? "";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${input.id}-list` }))
      input.setAttribute(name, value);
    select.removeAttribute("id");
    select.removeAttribute("autofocus");
    select.required = false;
    select.hidden = true;
    return input;
  }

  private get choices(): Choice[] {
    const open = [...this.select.options].filter((each) => each.value && !(this.select.multiple && each.selected));
    return open.map((each) => ({ value: each.value, text: each.text, also: each.dataset.also ?? "", groups: each.dataset.groups ?? "" }));
  }

  /** Show the chosen value in the field. */
  private show(): void {
    const chosen = this.select.multiple ? undefined : this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.text : "";
  }

  /** The names that are chosen stand above the field, each a button that takes it off. */
  private showSeveral(): void {
    this.chosen = document.createElement("ul");
    this.chosen.className = "pick-chosen";
    this.chosen.setAttribute("aria-live", "polite");
    this.chosen.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-value]");
      if (button) this.take(button.dataset.value ?? "", false);
    });
    this.prepend(this.chosen);
    this.drawSeveral();
  }

  private drawSeveral(): void {
    this.chosen?.replaceChildren(
      ...[...this.select.selectedOptions].map((each) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "chip";
        button.dataset.value = each.value;
        button.textContent = `${each.text} ×`;
        button.setAttribute("aria-label", (this.dataset.drop ?? "{name}").replace("{name}", each.text));
        item.append(button);
        return item;
      }),
    );
  }

  private take(value: string, chosen: boolean): void {
    const option = [...this.select.options].find((each) => each.value === value);
    if (!option) return;
    option.selected = chosen;
    this.drawSeveral();
    this.input.focus();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private open(typed: string): void {
    this.shown = bestChoices(this.choices, typed, this.recent).slice(0, MOST_SHOWN);
    this.list.replaceChildren(
      ...this.shown.map((each, at) => {
        const option = document.createElement("li");
        option.id = `${this.input.id}-${at}`;
        option.dataset.at = String(at);
        option.setAttribute("role", "option");
        option.textContent = each.text;
        return option;
      }),
    );
    if (!this.shown.length) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = this.dataset.none ?? "";
      this.list.replaceChildren(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.move(typed && this.shown.length ? 0 : -1);
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.move(-1);
  }

  private move(at: number): void {
    this.at = at;
    for (const option of this.list.querySelectorAll<HTMLElement>("[data-at]"))
      option.setAttribute("aria-selected", String(Number(option.dataset.at) === at));
    const active = this.list.children[at];
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return this.open("");
      const last = this.shown.length - 1;
      this.move(event.key === "ArrowDown" ? Math.min(last, this.at + 1) : Math.max(0, this.at - 1));
    } else if (event.key === "Enter" && isOpen) {
      // A form is not sent with what was chosen before, while something else is typed.
      event.preventDefault();
      this.choose(this.shown[this.at]);
    } else if (event.key === "Escape" && isOpen) {
      // The dialog around it stays open: only the list is closed.
      event.preventDefault();
      event.stopPropagation();
      this.show();
      this.close();
    }
  }

  private choose(choice: Choice | undefined): void {
    if (!choice) return;
    this.remember(choice.value);
    if (this.select.multiple) {
      this.show();
      this.close();
      return this.take(choice.value, true);
    }
    this.select.value = choice.value;
    this.show();
    this.close();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Take on leaving what is marked or the emptied field; otherwise restore the former value. */
  private leave(): void {
    const marked = this.list.hidden ? undefined : this.shown[this.at];
    if (marked && !this.select.multiple) return this.choose(marked);
    if (!this.select.multiple && !this.input.value.trim() && this.select.value && this.select.querySelector('option[value=""]')) {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.show();
    this.close();
  }

  private get recent(): string[] {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? "[]") as string[];
    } catch {
      return [];
    }
  }

  private remember(value: string): void {
    const list = [value, ...this.recent.filter((each) => each !== value)].slice(0, MOST_RECENT);
    try {
      localStorage.setItem(this.place, JSON.stringify(list));
    } catch {
      // A browser that keeps nothing forgets what was chosen.
    }
  }

  private get place(): string {
    return `pick:${this.dataset.recent ?? this.select.name}`;
  }
}

customElements.define("pick-one", PickOne);
