/**
 * Small conveniences that belong to this window and not to the library: the last view, sort, tab
 * and folder. Losing them costs a click, so a full or forbidden storage is not an error.
 */

export type RememberedKey = 'view' | 'recording' | 'sort' | 'tab' | 'folder' | 'setup' | 'rail';

const PREFIX = 'rhythmark.';

export function remembered(key: RememberedKey): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: RememberedKey, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // See above: nothing is lost but the convenience.
  }
}
