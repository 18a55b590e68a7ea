// Small helpers around the document.

export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`nothing matches ${selector}`);
  return found;
}

export function maybe<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null {
  return within.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

/** A copy of the one element inside `<template data-…>`. */
export function fromTemplate(selector: string, within: ParentNode = document): HTMLElement {
  const template = one<HTMLTemplateElement>(selector, within);
  return (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
}

export function slot(name: string, within: ParentNode): HTMLElement {
  return one(`[data-slot="${name}"]`, within);
}

/** Calls `act` once the calls have paused for `waitMs`. */
export function debounce<A extends unknown[]>(waitMs: number, act: (...given: A) => void): (...given: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), waitMs);
  };
}

/** Lower case without Vietnamese marks, as the server folds it. */
export function fold(text: string): string {
  const apart = text.toLowerCase().replaceAll("đ", "d").normalize("NFD");
  return apart.replace(/\p{M}/gu, "");
}
