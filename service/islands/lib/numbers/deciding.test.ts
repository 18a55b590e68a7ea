import { expect, test } from "vitest";
import { actOf } from "./deciding";

/** A key on an element that stands within what these words name. */
function key(pressed: string, within = "", more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const target = { closest: (selector: string) => (within && selector.includes(within) ? target : null) };
  return { key: pressed, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, repeat: false, target, ...more } as unknown as KeyboardEvent;
}

test.each([
  ["Enter", "confirmed"],
  ["e", "correct"],
  ["E", "correct"],
  ["x", "refused"],
  ["X", "refused"],
  ["a", null],
])("%s on a number is %s", (pressed, act) => expect(actOf(key(pressed))).toBe(act));

test("nothing is decided while somebody types, on a button, with a modifier, or by a key held down", () => {
  expect(actOf(key("x", "textarea"))).toBeNull();
  expect(actOf(key("Enter", "button"))).toBeNull();
  expect(actOf(key("x", "button"))).toBe("refused");
  expect(actOf(key("x", "", { ctrlKey: true }))).toBeNull();
  expect(actOf(key("Enter", "", { repeat: true }))).toBeNull();
});
