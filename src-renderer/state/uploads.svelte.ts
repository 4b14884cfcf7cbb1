/**
 * Files dropped on a browser page travel to the host in parts, because the page knows no paths.
 * One drop at a time; it can be called off between parts.
 */
import type { Added } from '../../src-main/contract/api.ts';
import { UPLOAD_PART_BYTES } from '../../src-main/contract/wire.ts';
import { host } from '../host/client.ts';
import type { DroppedFile } from './dropped-files.ts';

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly name: string;
}

class Uploads {
  progress: UploadProgress | null = $state.raw(null);
  #cancel: AbortController | null = null;

  cancel(): void {
    this.#cancel?.abort();
  }

  /** Sends all files; answers what the host made of them together. */
  async send(files: readonly DroppedFile[]): Promise<Added> {
    const cancel = new AbortController();
    this.#cancel = cancel;
    const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const drop = crypto.randomUUID();
    const found: Added[] = [];
    let sentBytes = 0;
    try {
      for (const [index, { file, path }] of files.entries()) {
        let offset = 0;
        do {
          this.progress = { sentBytes, totalBytes, files: files.length, name: file.name };
          const part = await file.slice(offset, offset + UPLOAD_PART_BYTES).arrayBuffer();
          const bytes = new Uint8Array(part);
          const last = offset + bytes.length >= file.size;
          const added = await host.call(
            'worklist.upload',
            {
              upload: drop,
              name: path.slice(-255),
              offset,
              bytes,
              last: last && index === files.length - 1,
            },
            { signal: cancel.signal },
          );
          if (added) found.push(added);
          offset += bytes.length;
          sentBytes += bytes.length;
        } while (offset < file.size);
      }
    } finally {
      this.progress = null;
      this.#cancel = null;
    }
    return together(found);
  }
}

function together(all: readonly Added[]): Added {
  return {
    added: all.reduce((sum, one) => sum + one.added, 0),
    alreadyListed: all.reduce((sum, one) => sum + one.alreadyListed, 0),
    ignored: all.reduce((sum, one) => sum + one.ignored, 0),
    ids: all.flatMap((one) => one.ids),
  };
}

export const uploads = new Uploads();
