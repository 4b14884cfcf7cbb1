/** Keys inside a small menu over the paper: arrows move, Esc and a press outside close. */
import { review } from '../../state/review.svelte.ts';

/** Svelte attachment for the element that holds the items. Focus goes back where it was. */
export function menuKeys(element: HTMLElement) {
  const before = document.activeElement;
  const items = () =>
    [...element.querySelectorAll<HTMLElement>('[role^="menuitem"]')].filter(
      (item) => item.getAttribute('aria-disabled') !== 'true',
    );
  (items().find((item) => item.getAttribute('aria-checked') === 'true') ?? items()[0])?.focus();

  const onKeydown = (event: KeyboardEvent) => {
    const list = items();
    const at = list.findIndex((item) => item === document.activeElement);
    const move = (to: number) => {
      list[(to + list.length) % list.length]?.focus();
      event.preventDefault();
    };
    switch (event.key) {
      case 'ArrowDown':
        move(at + 1);
        break;
      case 'ArrowUp':
        move(at - 1);
        break;
      case 'Home':
        move(0);
        break;
      case 'End':
        move(list.length - 1);
        break;
      case 'Escape':
      case 'Tab':
        review.menu = null;
        event.preventDefault();
        break;
      case 'Enter':
      case ' ':
        if (document.activeElement instanceof HTMLElement) document.activeElement.click();
        event.preventDefault();
        break;
      default:
        break;
    }
    // Plain keys mean nothing to the paper while the menu is open.
    event.stopPropagation();
  };
  const onPointerdown = (event: PointerEvent) => {
    if (event.target instanceof Node && !element.contains(event.target)) review.menu = null;
  };
  element.addEventListener('keydown', onKeydown);
  document.addEventListener('pointerdown', onPointerdown, true);
  return () => {
    element.removeEventListener('keydown', onKeydown);
    document.removeEventListener('pointerdown', onPointerdown, true);
    if (before instanceof HTMLElement) before.focus();
  };
}
