import { expect, test } from "vitest";
import { bestChoices, type Choice } from "./pick_words";

const UNITS: Choice[] = [
  { value: "htvc", text: "Công ty Hạ tầng viễn thông Chân Mây", also: "HTVC" },
  { value: "hepco", text: "Công ty cổ phần Môi trường và Công trình đô thị", also: "HEPCO" },
  { value: "vy-da", text: "Ủy ban nhân dân phường Vỹ Dạ", also: "UBND Vỹ Dạ" },
  { value: "thuan-hoa", text: "Ủy ban nhân dân phường Thuận Hóa", also: "UBND Thuận Hóa", groups: "Các phường nội thị" },
];
const codes = (typed: string, recent: string[] = []) => bestChoices(UNITS, typed, recent).map((each) => each.value);

test.each([
  ["HEP", "hepco"],
  ["hepco", "hepco"],
  ["vy da", "vy-da"],
  ["Vỹ Dạ", "vy-da"],
  ["phuong thuan", "thuan-hoa"],
  ["moi truong do thi", "hepco"],
  ["cong trinh", "hepco"],
])("%s is %s", (typed, code) => {
  expect(codes(typed)[0]).toBe(code);
});

test("what fits nothing finds nothing", () => {
  expect(codes("xyz")).toEqual([]);
  expect(codes("hepx")).toEqual([]);
});

test("without a word all are there, those chosen lately first", () => {
  expect(codes("")).toEqual(["htvc", "hepco", "vy-da", "thuan-hoa"]);
  expect(codes("", ["thuan-hoa", "hepco"])).toEqual(["thuan-hoa", "hepco", "htvc", "vy-da"]);
  expect(codes("ubnd", ["thuan-hoa"])).toEqual(["thuan-hoa", "vy-da"]);
});

test("the name of a group of wards finds those in it, after names that say it themselves", () => {
  expect(codes("noi thi")).toEqual(["thuan-hoa"]);
  expect(codes("nội")).toEqual(["thuan-hoa"]);
  expect(codes("phường")).toEqual(["vy-da", "thuan-hoa"]);
});

test("first letters stand for a name", () => {
  expect(codes("vd")).toEqual(["vy-da"]);
});
