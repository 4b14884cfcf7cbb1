/** The project's own synthesised recordings, made once in the library's folder and then listed. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_RECORDINGS } from '../../assets/demo/recordings.ts';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import type { Added } from '../contract/api.ts';
import type { Worklist } from './worklist.ts';

/** What the list shows as the folder of these recordings. */
const FOLDER = 'Demo recordings (synthetic)';

export class Demo {
  readonly #folder: string;
  readonly #worklist: Worklist;
  /** A second call while the first is at work joins it: both would write the same files. */
  #adding: Promise<Added> | null = null;

  constructor(libraryFolder: string, worklist: Worklist) {
    this.#folder = join(libraryFolder, FOLDER);
    this.#worklist = worklist;
  }

  /** Recordings appear on the list one by one: the long one takes some seconds to make. */
  add(signal: AbortSignal): Promise<Added> {
    this.#adding ??= this.#add(signal).finally(() => {
      this.#adding = null;
    });
    return this.#adding;
  }

  async #add(signal: AbortSignal): Promise<Added> {
    await mkdir(this.#folder, { recursive: true });
    const ids: string[] = [];
    let added = 0;
    let alreadyListed = 0;
    for (const recording of DEMO_RECORDINGS) {
      const paths = await writeDemoRecordings(this.#folder, { recordings: [recording], signal });
      const listed = await this.#worklist.add(paths, signal);
      ids.push(...listed.ids);
      added += listed.added;
      alreadyListed += listed.alreadyListed;
    }
    return { added, alreadyListed, ignored: 0, ids };
  }
}
