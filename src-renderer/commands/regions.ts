/** F6: from region to region, in the order of the page; each keeps the control it was left on. */

const FOCUSABLE =
  'button:not([disabled]), a[href], input:not([disabled]), select:not([disabled]), textarea, [tabindex="0"]';

const lastFocused = new WeakMap<Element, HTMLElement>();

export function moveToRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.checkVisibility() && entryOf(region) !== null,
  );
  if (regions.length === 0) return;
  const active = document.activeElement;
  const at = regions.findIndex((region) => region.contains(active));
  const here = regions[at];
  if (here && active instanceof HTMLElement) lastFocused.set(here, active);
  const start = at < 0 && step < 0 ? 0 : at;
  const next = regions[(start + step + regions.length) % regions.length];
  if (next) entryOf(next)?.focus();
}

/**
 * For a region about to leave the page: a focus inside it goes to the region before it, where F6
 * goes on from. Left alone it would fall to the body, and the next F6 start from the top again.
 */
export function giveFocusBack(leaving: HTMLElement): void {
  if (!leaving.contains(document.activeElement)) return;
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
  const before = regions.slice(0, regions.indexOf(leaving)).reverse();
  const next = before.find((region) => region.checkVisibility() && entryOf(region) !== null);
  if (next) entryOf(next)?.focus({ preventScroll: true });
}

function entryOf(region: HTMLElement): HTMLElement | null {
  const last = lastFocused.get(region);
  if (last?.isConnected && region.contains(last) && last.checkVisibility()) return last;
  if (region.tabIndex >= 0) return region;
  return region.querySelector<HTMLElement>(FOCUSABLE);
}
