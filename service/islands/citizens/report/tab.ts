// Which draft this tab writes: remembered by the tab, so that loading it anew shows the same one.

const KEY = "draft";

export function draftOfTab(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function setDraftOfTab(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, id);
  } catch {
    // Then the newest draft that no other tab writes is this tab's.
  }
}
