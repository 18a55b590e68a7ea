// The puzzle of a server that is asked too often: numbers whose SHA-256 begins with so many zero bits. Solved in
// a worker of a page (`prove.ts`) or in the service worker, in slices, so that nothing else waits for it.

import type { Challenge } from "./challenge";

const SLICE = 2000;
/** Bytes that fit into one block of SHA-256 beside its padding. */
const MOST_BYTES = 55;
/** The header's value: the token and the number of each part. */
export async function solve({ token, bits, parts }: Challenge): Promise<string> {
  const found: number[] = [];
  for (let part = 0; part < parts; part += 1) {
    const search = new Search(`${token}.${part}.`, bits);
    let number: number | null = null;
    while ((number = search.slice()) === null) await new Promise((resolve) => setTimeout(resolve));
    found.push(number);
  }
  return `${token}:${found.join(",")}`;
}

class Search {
  private next = 0;
  private readonly block = new Uint8Array(64);
  private readonly words = new DataView(this.block.buffer);

  constructor(
    private readonly beginning: string,
    private readonly bits: number,
  ) {
    for (let at = 0; at < beginning.length; at += 1) this.block[at] = beginning.charCodeAt(at);
  }

  /** The number, if it is among the next few. */
  slice(): number | null {
    for (const end = this.next + SLICE; this.next < end; this.next += 1) {
      if (firstWord(this.filled(this.next)) >>> (32 - this.bits) === 0) return this.next;
    }
    return null;
  }

  private filled(number: number): DataView {
    const digits = String(number);
    let at = this.beginning.length;
    for (let n = 0; n < digits.length; n += 1) this.block[at++] = digits.charCodeAt(n);
    if (at > MOST_BYTES) throw new Error("too long for one block");
    this.block[at] = 0x80;
    this.block.fill(0, at + 1);
    this.words.setUint32(60, at * 8);
    return this.words;
  }
}

const K = roots(64, 3);
const START = roots(8, 2);
const schedule = new Uint32Array(64);

/** The first 32 bits of the SHA-256 of one padded block (FIPS 180-4). */
function firstWord(block: DataView): number {
  for (let t = 0; t < 16; t += 1) schedule[t] = block.getUint32(4 * t);
  for (let t = 16; t < 64; t += 1) {
    const early = schedule[t - 15]!;
    const late = schedule[t - 2]!;
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[t] = schedule[t - 16]! + s0 + schedule[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = START as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + schedule[t]!) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return (START[0]! + a) >>> 0;
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractional parts of square or cube roots of the first primes. */
function roots(count: number, degree: 2 | 3): Uint32Array {
  const found: number[] = [];
  for (let number = 2; found.length < count; number += 1) {
    let prime = true;
    for (let by = 2; by * by <= number; by += 1) prime &&= number % by !== 0;
    if (prime) found.push(fraction(BigInt(number), degree));
  }
  return Uint32Array.from(found);
}

/** By whole numbers: a processor's own cube root may be off in the last bit. */
function fraction(number: bigint, degree: 2 | 3): number {
  const goal = number << BigInt(32 * degree);
  let low = 0n;
  for (let bit = 1n << 42n; bit > 0n; bit >>= 1n) {
    const tried = low + bit;
    if (tried ** BigInt(degree) <= goal) low = tried;
  }
  return Number(low & 0xffffffffn);
}
