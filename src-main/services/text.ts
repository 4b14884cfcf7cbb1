/** Use cases of text and array files, which leave things open that only a person can say. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Parsed } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import type { TextPreview } from '../contract/text.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { previewRecording } from '../formats/index.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { noSuchRecording } from './rows.ts';
import { sourceError } from './source-files.ts';

export class TextFiles {
  readonly #library: Library;

  constructor(library: Library) {
    this.#library = library;
  }

  /** Errors: `unsupported` for a format that leaves nothing open, otherwise as opening it. */
  async preview({ id, choice }: Parsed<'text.preview'>): Promise<TextPreview> {
    const recording = this.#recording(id);
    return this.#look(recording, choice ?? recording.textChoice);
  }

  /**
   * Keeps the answers for this file and for others of its shape. Error `bad-request` where they
   * leave a question open or are about other columns.
   */
  async choose({ id, choice }: Parsed<'text.choose'>): Promise<void> {
    const recording = this.#recording(id);
    const shape = await this.shapeOf(recording);
    const { open, columns } = await this.#look(recording, choice);
    if (open.length > 0 || columns.length !== choice.roles.length) {
      const missing = open.includes('samplingHz') ? 'the sampling rate' : 'which columns are leads';
      throw new RhythmarkError('bad-request', `This file cannot be read yet: say ${missing}.`);
    }
    this.#library.transaction(() => {
      this.#library.recordings.setTextChoice(id, choice);
      this.#library.preferences.rememberTextChoice(shape, choice, Date.now());
    });
  }

  /** True where the answers to a file of the same shape were found; they are then in force. */
  async applyRemembered(id: RecordingId): Promise<boolean> {
    const recording = this.#library.recordings.get(id);
    if (!recording || recording.textChoice !== null) return false;
    try {
      const choice = this.#library.preferences.textChoice(await this.shapeOf(recording));
      if (!choice || (await this.#look(recording, choice)).open.length > 0) return false;
      this.#library.recordings.setTextChoice(id, { ...choice, remembered: true });
      return true;
    } catch {
      return false; // what is wrong with the file is said where it is opened
    }
  }

  /**
   * Two files with the same heading come from the same export, and so do two with the same arrays.
   * Without a heading, bare numbers look alike whatever their rate, so the answers then hold for the
   * same folder only (docs/decisions/005-same-shape.md). Errors as `preview`.
   */
  async shapeOf(recording: StoredRecording): Promise<string> {
    const seen = await this.#look(recording, null);
    const { holds, delimiter, decimal, headerRows, samplingHz, unit } = seen;
    const origin = holds === 'arrays' || headerRows > 0 ? '' : dirname(recording.path);
    const names = seen.columns.map(({ name }) => name);
    // A rate measured from a time column is off by its last digits from file to file.
    const rate = samplingHz === null ? null : Math.round(samplingHz);
    const shape = [holds, delimiter, decimal, headerRows, names, rate, unit, origin];
    return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
  }

  #recording(id: RecordingId): StoredRecording {
    const recording = this.#library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    return recording;
  }

  async #look(
    { path, part }: StoredRecording,
    textChoice: StoredRecording['textChoice'],
  ): Promise<TextPreview> {
    try {
      return await previewRecording(path, { part, textChoice });
    } catch (error) {
      throw sourceError(error);
    }
  }
}
