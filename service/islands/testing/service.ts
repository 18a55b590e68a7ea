// The service as a phone meets it: each request is answered by the next of the answers laid ready for its address.
import { vi } from "vitest";
import { OWN_HEADER } from "../lib/requests/answer";
import type { Line } from "../lib/requests/line";

interface ServiceCall {
  method: string;
  path: string;
  body: unknown;
}

type Answer = Response | Error | ((call: ServiceCall) => Response);

export class Service {
  readonly calls: ServiceCall[] = [];
  readonly line: Line = {
    upload: (cargo, _secret, _part) => this.answer({ method: cargo.method, path: cargo.url, body: cargo.body }),
    prove: () => Promise.resolve("proof"),
  };
  private readonly ready: [RegExp, Answer[]][] = [];

  constructor() {
    vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
      const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : init.body;
      return this.answer({ method: init.method ?? "GET", path: url, body });
    });
  }

  /** Lay answers ready for what fits; the last one stands for all further ones. */
  on(path: RegExp, ...answers: Answer[]): this {
    this.ready.unshift([path, answers]);
    return this;
  }

  bodies(path: RegExp): unknown[] {
    return this.calls.filter((each) => path.test(`${each.method} ${each.path}`)).map((each) => each.body);
  }

  private answer(call: ServiceCall): Promise<Response> {
    this.calls.push(call);
    const [, answers] = this.ready.find(([path]) => path.test(`${call.method} ${call.path}`)) ?? [];
    const answer = answers && (answers.length > 1 ? answers.shift() : answers[0]);
    if (answer === undefined) return Promise.reject(new TypeError("no network"));
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(typeof answer === "function" ? answer(call) : answer.clone());
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), { status, headers: { "content-type": type, [OWN_HEADER]: "1", ...headers } });
}

export function problem(status: number, extra: Record<string, unknown> = {}, headers: Record<string, string> = {}): Response {
  return json(status, { type: `urn:hientruong:problem:p${status}`, status, title: "", detail: "Chưa được", errors: [], ...extra }, headers);
}

export function page(status: number): Response {
  return new Response("<title>Wi-Fi</title>", { status, headers: { "content-type": "text/html" } });
}
