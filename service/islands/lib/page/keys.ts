// Single keys as shortcuts: never while one types, never with a modifier, never under an open dialog.

export const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

export function onKeys(keys: Keys): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target as Element | null;
    if (at?.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (!act) return;
    // Enter on a button or link is the browser's own.
    if (event.key === "Enter" && at?.closest?.("button, a, summary, label")) return;
    event.preventDefault();
    act(event);
  });
}
