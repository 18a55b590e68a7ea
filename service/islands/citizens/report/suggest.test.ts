// The sheet's search for kinds and for danger, alike the service's (tests/domain/city/test_kind_search.py).
import { describe, expect, it } from "vitest";
import { Danger } from "./danger";
import { matchOf, plain } from "./suggest";

describe("a phrase and what is typed", () => {
  it.each([
    ["o ga", "o ga", 0],
    ["o ga lon", "o ga", 1],
    ["co o ga", "o ga", 2],
    ["o ga", "co o ga o day", 3],
    ["thung rac", "thung ra", 4],
    ["day dien dut", "dut mot day dien", 5],
    ["quang cao", "uang", 6],
    ["quang cao", "ua", null],
    ["mat nap", "mat nuoc", null],
  ])("%s, typed %s", (phrase, typed, rank) => {
    expect(matchOf(plain(phrase), plain(typed))?.[0] ?? null).toBe(rank);
  });
});

describe("danger", () => {
  const listed = JSON.stringify([
    { words: ["đang cháy", "dây điện đứt"], call: ["114"] },
    { words: ["bị thương"], call: ["115", "113"] },
  ]);
  const danger = new Danger(listed, []);
  it.each([
    ["nhà đang cháy", ["114"]],
    ["nha dang chay", ["114"]],
    ["dây điện trước nhà đứt, có người bị thương", ["114", "115", "113"]],
    ["xe đang chạy ngược chiều", null],
    ["dây điện cao quá tầm với của người đứt hơi", null],
    ["", null],
  ])("%s", (said, numbers) => {
    expect(danger.in(said)).toEqual(numbers);
  });
});
