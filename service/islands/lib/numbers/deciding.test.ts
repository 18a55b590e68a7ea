import { expect, test } from "vitest";
import { actOf, after, numberKeys } from "./deciding";

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

/** A grid of tiles that leave it once they are decided, the next one chosen, as the page does it. */
function grid(count: number) {
  let heard: (event: KeyboardEvent) => void = () => undefined;
  const decided: string[] = [];
  const tiles: HTMLElement[] = [];
  const within = {
    querySelectorAll: () => tiles,
    addEventListener: (_type: string, hear: typeof heard) => (heard = hear),
  } as unknown as HTMLElement;
  let chosen: HTMLElement | null = null;
  for (let n = 0; n < count; n++) {
    const tile: HTMLElement = {
      closest: (selector: string) => (selector.startsWith("[data-number]") ? tile : null),
      querySelector: (selector: string) => ({
        click: () => {
          chosen = after(tile, within);
          tiles.splice(tiles.indexOf(tile), 1);
          decided.push(selector);
        },
      }),
    } as unknown as HTMLElement;
    tiles.push(tile);
  }
  chosen = tiles[0] ?? null;
  numberKeys(within);
  const press = (pressed: string) => heard({ ...key(pressed), target: chosen, preventDefault: () => undefined } as unknown as KeyboardEvent);
  return { press, decided, tiles };
}

test("sixty right readings cost sixty keystrokes, and one that is none costs one too", () => {
  const { press, decided, tiles } = grid(61);
  let strokes = 0;
  while (tiles.length) {
    press(tiles.length === 30 ? "x" : "Enter");
    strokes += 1;
  }
  expect(strokes).toBe(61);
  expect(decided.filter((each) => each.includes("confirmed")).length).toBe(60);
  expect(decided.filter((each) => each.includes("refused")).length).toBe(1);
});
