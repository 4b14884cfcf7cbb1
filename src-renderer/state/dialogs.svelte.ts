/** Which dialog is open. One at a time: dialogs do not nest. */
import type { RecordingId } from '../../src-main/contract/domain.ts';

export type Dialog =
  | { readonly kind: 'palette' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'calibration' }
  | { readonly kind: 'export' }
  | { readonly kind: 'imports' }
  | { readonly kind: 'chooser' }
  | { readonly kind: 'text'; readonly id: RecordingId }
  | {
      readonly kind: 'failure';
      readonly title: string;
      readonly text: string;
      readonly detail: string | null;
    };

class Dialogs {
  open: Dialog | null = $state.raw(null);

  show(dialog: Dialog): void {
    this.open = dialog;
  }

  close(): void {
    this.open = null;
  }
}

export const dialogs = new Dialogs();
