// What somebody may mean by a few letters: words without marks, short names, beginnings of words.

import { fold } from "./dom";

export interface Choice {
  value: string;
  text: string;
  /** The short name, or other words it goes by. */
  also: string;
  /** The sets that it is in, such as a group of wards: their names find it after names of its own. */
  groups?: string;
}

function words(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Return how well a choice fits what was typed, 0 for not at all. A word that is typed begins a word of the name; first letters stand for the name. */
export function fits(choice: Choice, typed: string): number {
  const query = words(typed);
  if (!query.length) return 1;
  const whole = query.join(" ");
  const names = [choice.also, choice.text].filter(Boolean).map(words);
  if (names.some((name) => name.join(" ") === whole)) return 6;
  const [short] = names;
  if (choice.also && short?.join(" ").startsWith(whole)) return 5;
  if (names.some((name) => name.join(" ").startsWith(whole))) return 4;
  if (names.some((name) => ` ${name.join(" ")}`.includes(` ${whole}`))) return 3;
  if (query.every((word) => names.flat().some((each) => each.startsWith(word)))) return 2;
  if (` ${words(choice.groups ?? "").join(" ")}`.includes(` ${whole}`)) return 2;
  const letters = query.join("");
  return names.some((name) => letters.length > 1 && name.map((each) => each[0]).join("").includes(letters)) ? 1 : 0;
}

/** Return the choices that fit what was typed, the best first; among equals those chosen lately, then as they stand. */
export function bestChoices(choices: readonly Choice[], typed: string, recent: readonly string[]): Choice[] {
  const late = (each: Choice) => (recent.includes(each.value) ? recent.length - recent.indexOf(each.value) : 0);
  return choices
    .map((choice) => ({ choice, fit: fits(choice, typed) }))
    .filter((each) => each.fit > 0)
    .sort((a, b) => b.fit - a.fit || late(b.choice) - late(a.choice))
    .map((each) => each.choice);
}
