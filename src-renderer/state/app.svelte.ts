/** Which view the window shows, which recording is open, and whether the main process answers. */
import type { RecordingId } from '../../src-main/contract/domain.ts';
import type { About } from '../../src-main/contract/program.ts';
import { host } from '../host/client.ts';
import { follow } from '../host/follow.ts';
import type { LostReason } from '../host/transport.ts';
import { remember, remembered } from './remembered.ts';

export type View = 'worklist' | 'review';

class App {
  about: About | null = $state.raw(null);
  view: View = $state('worklist');
  /** The recording in the review view; stays when the worklist is shown. */
  openId: RecordingId | null = $state(null);
  /** Null while the main process answers. */
  lost: LostReason | null = $state(null);

  async load(): Promise<void> {
    host.onLost((reason) => {
      this.lost = reason;
    });
    await follow(
      host,
      'about-changed',
      () => host.call('app.about', {}),
      (about) => {
        this.about = about;
      },
    );
  }

  show(view: View): void {
    if (view === 'review' && this.openId === null) return;
    this.view = view;
    remember('view', view);
  }

  open(id: RecordingId): void {
    this.openId = id;
    remember('recording', id);
    this.show('review');
  }

  /** Where the reader left off, if that recording is still listed. */
  restore(isListed: (id: RecordingId) => boolean): void {
    const id = remembered('recording');
    if (id === null || !isListed(id)) return;
    this.openId = id;
    if (remembered('view') === 'review') this.view = 'review';
  }

  /** A recording was taken off the list. */
  forget(id: RecordingId): void {
    if (this.openId !== id) return;
    this.openId = null;
    this.view = 'worklist';
  }
}

export const app = new App();
