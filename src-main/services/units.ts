/**
 * The unit of leads whose file states none, as a person says it: kept with the recording, and for
 * the next one of the same shape, where it is noted. Without it there is no mV on the paper.
 */
import { createHash } from 'node:crypto';
import type { Parsed, UnitBefore } from '../contract/api.ts';
import type { RecordingHeader, RecordingId } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { ChosenUnit, UnitChoice } from '../contract/lead-unit.ts';
import { hasOpenUnit } from '../formats/index.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { noSuchRecording } from './rows.ts';
import { openSource } from './source-files.ts';

export interface UnitsOptions {
  readonly library: Library;
  /** What text and array files share that hold the same; '' for other formats. */
  readonly tableShape: (recording: StoredRecording) => Promise<string>;
  readonly changed: (id: RecordingId) => void;
}

export class Units {
  readonly #options: UnitsOptions;

  constructor(options: UnitsOptions) {
    this.#options = options;
  }

  /**
   * Error `bad-request` where the file states the unit of every lead; otherwise as opening it. The
   * answer, given back, undoes it.
   */
  async set({ id, unit, remembered }: Parsed<'recording.setUnit'>): Promise<UnitBefore> {
    const { preferences } = this.#options.library;
    const recording = this.#recording(id);
    const header = await this.#statedHeader(recording);
    if (unit !== null && !header.leads.some(hasOpenUnit)) {
      throw new RhythmarkError('bad-request', 'The file states the unit of every lead.');
    }
    const shape = await this.#shapeOf(recording, header);
    const before = { unit: recording.unit, remembered: preferences.unitChoice(shape) };
    await this.#keep(recording, unit, { shape, remembered });
    return before;
  }

  /** True where the unit was said of a recording of the same shape; it is then in force. */
  async applyRemembered(id: RecordingId): Promise<boolean> {
    const recording = this.#recording(id);
    if (recording.unit !== null) return false;
    const shape = await this.#shapeOf(recording, await this.#statedHeader(recording));
    const choice = this.#options.library.preferences.unitChoice(shape);
    if (choice === null) return false;
    await this.#keep(recording, { choice, origin: 'shape' }, null);
    return true;
  }

  /** Header and fingerprint hold the unit, so they change with it or not at all. */
  async #keep(
    recording: StoredRecording,
    unit: ChosenUnit | null,
    memory: { readonly shape: string; readonly remembered: UnitChoice | null } | null,
  ): Promise<void> {
    const { library, changed } = this.#options;
    const { id } = recording;
    const reader = await openSource({ ...recording, unit });
    try {
      const fingerprint = await fingerprintOf(reader);
      library.transaction(() => {
        library.recordings.setUnit(id, unit);
        library.recordings.setHeader(id, reader.header, fingerprint);
        if (memory) {
          library.preferences.rememberUnitChoice(memory.shape, memory.remembered, Date.now());
        }
      });
    } finally {
      await reader.close();
    }
    changed(id);
  }

  /** As the file has it, whatever was said of it. */
  async #statedHeader(recording: StoredRecording): Promise<RecordingHeader> {
    const reader = await openSource({ ...recording, unit: null });
    await reader.close();
    return reader.header;
  }

  /** docs/decisions/005-same-shape.md */
  async #shapeOf(recording: StoredRecording, header: RecordingHeader): Promise<string> {
    const leads = header.leads.map(({ name, unit, calibrated, samplingHz, resolutionBits }) => [
      ...[name, unit, calibrated, samplingHz, resolutionBits ?? null],
    ]);
    const table = await this.#options.tableShape(recording);
    const shape = [header.format, header.device, leads, table];
    return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
  }

  #recording(id: RecordingId): StoredRecording {
    const recording = this.#options.library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    return recording;
  }
}
