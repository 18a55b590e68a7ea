// What the islands say: the server puts the sentences, in the page's language, into <meta name="words">.

const sentences: Record<string, string> = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name="words"]')?.content ?? "{}",
);

export function say(key: string, filled: Record<string, string | number> = {}): string {
  const sentence = sentences[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? ""));
}

/** `30 m`, `1,2 km`, `3 km`, `8.377 km`: no digit that nobody needs. */
export function far(metres: number): string {
  if (metres < 997.5) return `${Math.max(5, Math.round(metres / 5) * 5)} m`;
  const language = document.documentElement.lang === "en" ? "en" : "vi";
  return `${(metres / 1000).toLocaleString(language, { maximumFractionDigits: metres < 10_000 ? 1 : 0 })} km`;
}
