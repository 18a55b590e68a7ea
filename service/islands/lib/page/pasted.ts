// What is pasted out of Word, Excel or a page: its table is sent, its words are shown.

/** The words of a page as lines of text, each row of a table a line with a tab between its cells. */
function wordsOf(page: string): string {
  // A document of its own: no script of it runs, nothing it names is fetched; the page's policy knows no styles.
  const plain = page.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(STYLE, ""));
  const body = new DOMParser().parseFromString(plain, "text/html").body;
  for (const each of body.querySelectorAll("script, style, title, meta, link, template, noscript, del")) each.remove();
  const lines: string[] = [];
  read(body, lines);
  return lines.map((line) => line.replace(/^[ \n\r\f]+|[ \n\r\f]+$/g, "")).filter(Boolean).join("\n");
}

const STYLE = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;
const LINES = "p, div, li, br, h1, h2, h3, h4, h5, h6, section, article, center";

function read(parent: Element, lines: string[]): void {
  for (const each of parent.childNodes) {
    if (each instanceof HTMLTableElement) lines.push(...rowsOf(each), "");
    else if (each instanceof Text) lines.push((lines.pop() ?? "") + spacesJoined(each.data));
    else if (each instanceof Element) {
      if (each.matches(LINES)) lines.push("");
      read(each, lines);
      if (each.matches(LINES)) lines.push("");
    }
  }
}

function rowsOf(table: HTMLTableElement): string[] {
  const joined = new Map<string, string>(); // by row and column, what a cell of several covers
  return [...table.rows].map((row, at) => {
    const cells: string[] = [];
    for (const cell of row.cells) {
      while (joined.has(`${at},${cells.length}`)) cells.push("");
      const first = cells.length;
      cells.push(quoted(cell), ...Array<string>(cell.colSpan - 1).fill(""));
      for (let below = 1; below < cell.rowSpan; below++)
        for (let column = first; column < cells.length; column++) joined.set(`${at + below},${column}`, "");
    }
    while (joined.has(`${at},${cells.length}`)) cells.push("");
    return cells.join("\t");
  });
}

/** A cell of several lines stands between quotation marks, as Excel pastes it. */
function quoted(cell: Element): string {
  const lines: string[] = [];
  read(cell, lines);
  const words = lines.map((line) => line.trim()).filter(Boolean).join("\n");
  return words.includes("\n") ? `"${words.replaceAll('"', '""')}"` : words;
}

function spacesJoined(text: string): string {
  return text.replace(/[ \t\r\n\f]+/g, " ");
}

/** The words around a paste, as lines of a page. */
function linesOf(text: string): string {
  const place = document.createElement("div");
  for (const line of text.split("\n")) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    place.append(paragraph);
  }
  return text.trim() ? place.innerHTML : "";
}

/** Parts of one page: nothing is read after the end of a page, so that only the whole has one. */
function inOne(...parts: string[]): string {
  return parts.map((part) => part.replace(/<\/?(html|head|body)\b[^>]*>/gi, "")).join("\n");
}

/**
 * Shows the words of a pasted table in the box and keeps the table itself in `kept`: it is what is sent, until the
 * words are changed by hand.
 */
export function takeTables(area: HTMLTextAreaElement, kept: HTMLInputElement): void {
  let shown = kept.value ? area.value : "";
  area.addEventListener("paste", (event) => {
    const page = event.clipboardData?.getData("text/html") ?? "";
    if (!/<table/i.test(page)) return;
    event.preventDefault();
    const [before, after] = [area.value.slice(0, area.selectionStart), area.value.slice(area.selectionEnd)];
    const earlier = kept.value && area.value === shown && !after.trim() ? kept.value : "";
    area.setRangeText(wordsOf(page) + "\n", area.selectionStart, area.selectionEnd, "end");
    // A table already there as words alone is read from the words, with this one.
    const words = !earlier && `${before}${after}`.includes("\t");
    kept.value = words ? "" : inOne(earlier || linesOf(before), page, linesOf(after));
    shown = area.value;
  });
  area.addEventListener("input", () => {
    if (area.value !== shown) kept.value = "";
  });
}
