// What the islands say: the server puts the sentences, in the page's language, into <meta name="words">.

const sentences: Record<string, string> = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name="words"]')?.content ?? "{}",
);

export function say(key: string, filled: Record<string, string | number> = {}): string {
  const sentence = sentences[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? ""));
}

export function far(metres: number): string {
  if (metres < 1000) return `${Math.max(5, Math.round(metres / 5) * 5)} m`;
  const text = `${(metres / 1000).toFixed(1)} km`;
  return document.documentElement.lang === "en" ? text : text.replace(".", ",");
}
