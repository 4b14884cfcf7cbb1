/** The window's one registry, and the key presses that reach it. */
import { app } from '../state/app.svelte.ts';
import { reportFailure } from '../state/notices.svelte.ts';
import { chordLabel, type Platform } from './chord.ts';
import { createRegistry, type Command } from './registry.ts';

export const platform: Platform = /mac/i.test(navigator.platform) ? 'mac' : 'other';

export const commands = createRegistry(
  () => app.view,
  (command, error) => {
    reportFailure(`"${command.title}" did not work.`, error);
  },
);

/** See `CommandRegistry.register`. */
export function registerCommands(added: readonly Command[]): () => void {
  return commands.register(added);
}

/** Key caps of a command, its first key only; empty when it has none. */
export function keyLabel(id: string): string {
  const first = commands.find(id)?.keys[0];
  return first === undefined ? '' : chordLabel(first, platform);
}

/**
 * Sends key presses to commands. Plain keys stay with a text field that has the focus, and with an
 * open dialog or menu; Esc leaves the field.
 */
export function listenForKeys(target: Window): () => void {
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const field = event.target instanceof Element && isTextField(event.target);
    const chorded = event.ctrlKey || event.metaKey || event.altKey;
    if (field && event.key === 'Escape' && event.target instanceof HTMLElement) {
      leaveField(event.target);
      return;
    }
    if (field && !(chorded && !EDITING.test(event.key)) && event.key !== 'F6') return;
    if (document.querySelector('[data-modal]') !== null) return;
    // Space and Enter press the button that has the focus; they are not commands there.
    if ((event.key === ' ' || event.key === 'Enter') && pressesFocus(event.target)) return;
    const command = commands.commandFor(event, platform);
    if (!command) return;
    event.preventDefault();
    commands.runCommand(command);
  };
  target.addEventListener('keydown', onKeydown);
  return () => {
    target.removeEventListener('keydown', onKeydown);
  };
}

/** Back to where the view's keys are at home; a focus on nothing would be lost to a screen reader. */
function leaveField(field: HTMLElement): void {
  field.blur();
  if (document.querySelector('[data-modal]') !== null) return;
  document
    .querySelector<HTMLElement>('[data-region="list"], [data-region="paper"]')
    ?.focus({ preventScroll: true });
}

/** Chords that edit text belong to the field: undo, redo, select all, copy, cut, paste, moves. */
const EDITING = /^(z|y|a|c|x|v|Arrow.*|Backspace|Delete|Home|End)$/i;

function isTextField(element: Element): boolean {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  if (element instanceof HTMLInputElement) {
    return !['checkbox', 'radio', 'button', 'range', 'submit'].includes(element.type);
  }
  return element instanceof HTMLElement && element.isContentEditable;
}

function pressesFocus(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('button, a[href], summary, [role="menuitem"], [role="option"]') !== null &&
    target.closest('[data-keys="commands"]') === null
  );
}
