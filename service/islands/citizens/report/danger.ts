// Whether the words speak of danger, and whom one calls then: the city's list, and the dangerous answers of all kinds as they
// may be typed. The service looks for the same list: `domain/city/danger_words.py`.
import { all, fold } from "../../lib/page/dom";

/** Most other words between two words of a phrase. */
const GAP = 3;

interface DangerRule {
  words: string[];
  call: string[];
}

export class Danger {
  private readonly rules: { phrases: string[][]; call: string[] }[];

  constructor(listed: string, templates: HTMLTemplateElement[]) {
    const rules = (JSON.parse(listed || "[]") as DangerRule[]).map(({ words, call }) => ({ phrases: words.map(wordsIn), call }));
    const answers = templates.flatMap((each) => all("[data-danger]", each.content).map((box) => box.nextElementSibling?.textContent ?? ""));
    // One word of an answer alone ("có", "hở") says too little.
    const parts = answers.flatMap((answer) => answer.split(/[,;()]/)).map(wordsIn).filter((words) => words.length > 1);
    this.rules = [...rules, { phrases: parts, call: [] }];
  }

  /** The numbers to call for what the text speaks of; null where it is no danger. */
  in(text: string): string[] | null {
    const spoken = wordsIn(text);
    const found = this.rules.filter((rule) => rule.phrases.some((phrase) => says(spoken, phrase)));
    return found.length ? [...new Set(found.flatMap((rule) => rule.call))] : null;
  }
}

function wordsIn(text: string): string[] {
  return text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The words of the phrase in their order, with small gaps. */
function says(spoken: string[], phrase: string[]): boolean {
  const [first, ...rest] = phrase;
  if (first === undefined) return false;
  let ends = spoken.flatMap((word, at) => (same(word, first) ? [at] : []));
  for (const wanted of rest) {
    const near = new Set(ends.flatMap((end) => Array.from({ length: GAP + 1 }, (_, n) => end + 1 + n)));
    ends = [...near].filter((at) => spoken[at] !== undefined && same(spoken[at], wanted));
  }
  return ends.length > 0;
}

/** With marks where they were typed ("đang chạy" is no fire), else without. */
function same(typed: string, meant: string): boolean {
  return typed === meant || typed === fold(meant);
}
