// The page is ready when each of its scripts said so; <html data-waiting> is how many there are.

export function ready(): void {
  const root = document.documentElement;
  const left = Number(root.dataset.waiting ?? 1) - 1;
  root.dataset.waiting = String(left);
  if (left > 0) return;
  root.dataset.ready = "";
  performance.mark("ready");
}
