import { describe, expect, it } from "vitest";
import { json, page, problem } from "../../testing/service";
import { readAnswer, textOf, type Body } from "./answer";

const named = (body: Body) => textOf(body.name);

describe("an answer", () => {
  it("is done where it has the shape asked for", async () => {
    expect(await readAnswer(json(201, { name: "Huế" }), named)).toEqual({ done: "Huế" });
  });

  it.each([
    ["a portal's page", page(200)],
    ["a firewall's page", page(403)],
    ["an empty body", new Response(null, { status: 204 })],
    ["JSON of another shape", json(200, { ok: true })],
    ["a list", json(201, ["Huế"])],
    ["half of an answer", new Response('{"name": "H', { headers: { "content-type": "application/json" } })],
    ["another system's problem", problem(422, { type: "about:blank" })],
    ["a problem that contradicts itself", problem(404, { status: 422 })],
    ["a fault of the service", problem(500)],
    ["a limit", problem(429)],
  ])("means later where it is %s", async (_, response) => {
    expect(await readAnswer(response, named)).toEqual({ later: 0 });
  });

  it("is refused in the service's own words alone", async () => {
    const outcome = await readAnswer(problem(422, { errors: [{ loc: ["body", "name"], msg: "Cần tên." }] }), named);
    expect(outcome).toMatchObject({ refused: { status: 422, errors: [{ msg: "Cần tên." }] } });
  });

  it.each([
    ["30", 30_000],
    ["86400", 3_600_000],
    ["Wed, 21 Oct 2026 07:28:00 GMT", 0],
    ["-5", 0],
  ])("says by Retry-After %s to wait %d ms", async (header, later) => {
    expect(await readAnswer(problem(503, {}, { "retry-after": header }), named)).toEqual({ later });
  });

  it("hands on a puzzle that a phone can solve, and no other", async () => {
    const challenge = { token: "abc", bits: 15, parts: 4 };
    expect(await readAnswer(problem(429, { challenge }), named)).toMatchObject({ challenge });
    expect(await readAnswer(problem(429, { challenge: { ...challenge, bits: 60 } }), named)).toEqual({ later: 0 });
  });
});
