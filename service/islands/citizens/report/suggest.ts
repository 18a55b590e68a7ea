// Which kind the words speak of. Names and keywords come from the city's configuration; all of it works without a network.
// The service ranks alike: `domain/city/kind_search.py`.
import { fold } from "../../lib/page/dom";

const ENOUGH = 3;
/** Letters from which on a part of a word counts: shorter ones stand in nearly every word. */
const SHORTEST_PART = 3;
const PART = 6;

interface Phrase {
  words: string;
  weight: number;
}

/** Return the options that fit what is searched for, best first: the exact keyword, whole words, what a sentence speaks of;
 *  parts of words only where nothing else fits.
 */
export function findKinds(options: HTMLElement[], text: string): HTMLElement[] {
  const query = plain(text);
  const found = options.map((option, at) => ({ option, at, match: bestMatch(option, query) })).filter((each) => each.match !== null);
  const whole = found.filter((each) => each.match![0] < PART);
  const left = whole.length ? whole : found;
  const deep = (option: HTMLElement) => ("root" in option.dataset ? 1 : 0);
  const order = (one: (typeof found)[0], other: (typeof found)[0]) =>
    one.match![0] - other.match![0] || one.match![1] - other.match![1] || deep(one.option) - deep(other.option) || one.at - other.at;
  return left.sort(order).map((each) => each.option);
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

/** A phrase counts by its length, "thùng rác" says more than "rác"; less where its words stand apart. */
function score(option: HTMLElement, text: string): number {
  const padded = ` ${plain(text)} `;
  return phrasesOf(option).reduce((sum, each) => {
    if (padded.includes(` ${each.words} `)) return sum + each.weight;
    const parts = each.words.split(" ");
    return sum + (parts.length > 1 && parts.every((part) => padded.includes(` ${part} `)) ? 1.5 : 0);
  }, 0);
}

/** [rank, by length]: the phrase itself; its beginning; words within it; a sentence that says it; all words with the last
 *  one being typed; a sentence that has its words apart; a part of a word.
 */
export function matchOf(phrase: string, query: string): [number, number] | null {
  const [whole, padded] = [` ${phrase} `, ` ${query} `];
  const [words, typed] = [phrase.split(" "), query.split(" ")];
  const last = typed[typed.length - 1] ?? "";
  if (!query) return null;
  if (phrase === query) return [0, 0];
  if (whole.startsWith(padded)) return [1, 0];
  if (whole.includes(padded)) return [2, 0];
  if (padded.includes(whole)) return [3, -words.length];
  if (typed.slice(0, -1).every((each) => words.includes(each)) && last.length > 1 && words.some((each) => each.startsWith(last))) return [4, 0];
  if (words.length > 1 && words.every((each) => typed.includes(each))) return [5, -words.length];
  return query.length >= SHORTEST_PART && phrase.includes(query) ? [PART, 0] : null;
}

function bestMatch(option: HTMLElement, query: string): [number, number] | null {
  const matches = phrasesOf(option).map((each) => matchOf(each.words, query)).filter((each) => each !== null);
  return matches.sort((one, other) => one[0] - other[0] || one[1] - other[1])[0] ?? null;
}

const known = new WeakMap<HTMLElement, Phrase[]>();

function phrasesOf(option: HTMLElement): Phrase[] {
  const found = known.get(option);
  if (found) return found;
  const texts = [...new Set((option.dataset.words ?? "").split("|").map(plain).filter(Boolean))];
  const made = texts.map((words) => ({ words, weight: 1 + 2 * (words.split(" ").length - 1) }));
  known.set(option, made);
  return made;
}

export function plain(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
