/** Which dialog is open. One at a time: dialogs do not nest. */
import type { Located } from '../../src-main/contract/api.ts';
import type { RecordingId } from '../../src-main/contract/domain.ts';

export type Dialog =
  | { readonly kind: 'palette' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'calibration' }
  | { readonly kind: 'export' }
  | { readonly kind: 'imports' }
  | { readonly kind: 'no-model' }
  | { readonly kind: 'chooser' }
  | { readonly kind: 'locate'; readonly id: RecordingId }
  | {
      readonly kind: 'another';
      readonly id: RecordingId;
      readonly found: Extract<Located, { kind: 'another' }>;
    }
  | { readonly kind: 'text'; readonly id: RecordingId }
  | { readonly kind: 'unit'; readonly id: RecordingId }
  | {
      readonly kind: 'failure';
      readonly title: string;
      readonly text: string;
      readonly detail: string | null;
      /** The recording whose own file was being read; null where the program did something else. */
      readonly recording: RecordingId | null;
      /** The recording whose file is not there: it can be located. */
      readonly missing?: RecordingId;
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
