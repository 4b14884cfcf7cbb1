/** Use cases of delimited text files, which leave things open that only a person can say. */
import type { Parsed } from '../contract/api.ts';
import type { RecordingId, TextChoice, TextPreview } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { Library } from '../review/library.ts';

export class TextFiles {
  readonly #library: Library;

  constructor(library: Library) {
    this.#library = library;
  }

  preview(_: Parsed<'text.preview'>): Promise<TextPreview> {
    return Promise.reject(new RhythmarkError('unsupported', 'not yet'));
  }

  choose(id: RecordingId, choice: TextChoice): void {
    this.#library.recordings.setTextChoice(id, choice);
  }

  applyRemembered(_: RecordingId): Promise<boolean> {
    return Promise.resolve(false);
  }
}
