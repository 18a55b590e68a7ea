// Which kind the words speak of, and whether they speak of danger. Keywords come from the city's configuration;
// all of it works without a network.
import { all, fold } from "../../lib/page/dom";

const ENOUGH = 3;

interface Phrase {
  words: string;
  weight: number;
}

/** A phrase counts by its length, "thùng rác" says more than "rác"; less where its words stand apart. */
export function score(option: HTMLElement, text: string): number {
  const said = ` ${tidy(text)} `;
  return phrasesOf(option).reduce((sum, each) => {
    if (said.includes(` ${each.words} `)) return sum + each.weight;
    const parts = each.words.split(" ");
    return sum + (parts.length > 1 && parts.every((part) => said.includes(` ${part} `)) ? 1.5 : 0);
  }, 0);
}

/** The kind the text speaks of clearly, more than of any other; null when it does not. */
export function meant(options: HTMLElement[], text: string): HTMLElement | null {
  const scored = options.map((option) => ({ option, points: score(option, text) })).sort((one, other) => other.points - one.points);
  const most = scored[0]?.points ?? 0;
  const best = scored.filter((each) => each.points === most).map((each) => each.option);
  const roots = new Set(best.map((option) => option.dataset.root ?? option.dataset.kind));
  if (most < ENOUGH || roots.size > 1) return null;
  // Several narrower kinds fit as well as each other: then it is the one above them.
  return best.length === 1 ? (best[0] ?? null) : (options.find((option) => roots.has(option.dataset.kind)) ?? null);
}

/** The dangerous answers of all kinds as they may be typed; one word alone ("có", "hở") says too little. */
export class Danger {
  private readonly phrases: string[];

  constructor(templates: HTMLTemplateElement[]) {
    const answers = templates.flatMap((each) => all("[data-danger]", each.content).map((box) => box.nextElementSibling?.textContent ?? ""));
    const parts = answers.flatMap((answer) => answer.split(/[,;()]/)).map(tidy);
    this.phrases = [...new Set(parts.filter((part) => part.includes(" ")))];
  }

  in(text: string): boolean {
    const said = ` ${tidy(text)} `;
    return this.phrases.some((phrase) => said.includes(` ${phrase} `));
  }
}

const known = new WeakMap<HTMLElement, Phrase[]>();

function phrasesOf(option: HTMLElement): Phrase[] {
  const found = known.get(option);
  if (found) return found;
  const texts = [...new Set((option.dataset.words ?? "").split("|").map(tidy).filter(Boolean))];
  const made = texts.map((words) => ({ words, weight: 1 + 2 * (words.split(" ").length - 1) }));
  known.set(option, made);
  return made;
}

function tidy(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
