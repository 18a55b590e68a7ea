import { describe, expect, it, vi } from "vitest";
import { Drawn } from "../lib/page/drawn";

describe("a list that is drawn again and again", () => {
  it("is drawn by the later of two drawings, whichever has looked first", async () => {
    const drawn = new Drawn();
    let tell: (found: string) => void = () => undefined;
    const first = drawn.newest(new Promise<string>((resolve) => (tell = resolve)));
    const second = drawn.newest(Promise.resolve("later"));
    expect(await second).toBe("later");
    tell("earlier");
    expect(await first).toBeNull();
    expect(await drawn.newest(Promise.resolve("next"))).toBe("next");
  });

  it("keeps an element as long as the same is told of it", () => {
    const drawn = new Drawn();
    const draw = vi.fn(() => ({}) as HTMLElement);
    const before = drawn.of("a", { state: "waiting" }, draw);
    expect(drawn.of("a", { state: "waiting" }, draw)).toBe(before);
    expect(drawn.of("a", { state: "sent" }, draw)).not.toBe(before);
    expect(draw).toHaveBeenCalledTimes(2);
  });
});
