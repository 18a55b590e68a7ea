// Lists that are drawn again and again: what did not change stays where it is, or a button drawn anew between pressing
// and letting go would swallow the press, and lose the focus.

export class Drawn {
  private known = new Map<string, { content: string; element: HTMLElement }>();
  private turns = 0;

  /** Await the data to draw; null where a later drawing has begun meanwhile. */
  async newest<T>(looked: Promise<T>): Promise<T | null> {
    const turn = ++this.turns;
    const found = await looked;
    return turn === this.turns ? found : null;
  }

  /** The element of that name: as it was drawn before where `told` is the same, else drawn anew. */
  of(name: string, content: unknown, draw: () => HTMLElement): HTMLElement {
    const written = JSON.stringify(content);
    const before = this.known.get(name);
    if (before?.content === written) return before.element;
    const element = draw();
    this.known.set(name, { content: written, element });
    return element;
  }

  /** Have these in `place`, in this order, and nothing else. */
  show(place: HTMLElement, elements: HTMLElement[]): void {
    const wanted = new Set<Element>(elements);
    for (const child of [...place.children]) if (!wanted.has(child)) child.remove();
    elements.forEach((each, at) => {
      const there = place.children[at];
      if (there !== each) place.insertBefore(each, there ?? null);
    });
    for (const [name, { element }] of this.known) if (!wanted.has(element)) this.known.delete(name);
  }
}
