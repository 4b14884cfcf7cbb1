/** Use cases of one recording on the screen: opening it, and drawing parts of it. */
import type { CallContext, Parsed } from '../contract/api.ts';
import type { LeadSignal, RecordingDetails, RecordingId } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { hasOpenUnit } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import type { Analysis } from './analysis.ts';
import type { Envelopes } from './envelopes.ts';
import { fingerprintOf } from './fingerprint.ts';
import { HeldOpen } from './held-open.ts';
import { noSuchRecording, type Rows } from './rows.ts';
import { shownVerdicts } from './shown-verdicts.ts';
import {
  directView,
  envelopeView,
  isDirect,
  viewParts,
  type ViewPart,
  type ViewRequest,
} from './signal-view.ts';
import { openSource, sourceError, stampOf } from './source-files.ts';
import { storedVerdicts } from './stored-verdicts.ts';

export interface RecordingViewsOptions {
  readonly library: Library;
  readonly rows: Rows;
  readonly analysis: Analysis;
  readonly envelopes: Envelopes;
  readonly model: () => ModelCard | null;
  /** A text file was opened whose open questions were answered for another of its shape. */
  readonly answered: (id: RecordingId) => Promise<boolean>;
  /** Leads have no unit that was said of a recording of the same shape: it is in force now. */
  readonly unitKnown: (id: RecordingId) => Promise<boolean>;
}

export class RecordingViews {
  readonly #options: RecordingViewsOptions;
  readonly #readers: HeldOpen<RecordingReader>;
  /** What the file was like when its reader was opened. */
  readonly #stamps = new Map<RecordingId, string | null>();
  /** From where, and under which answers of a person, a reader was opened. */
  readonly #openedAs = new WeakMap<RecordingReader, string>();

  constructor(options: RecordingViewsOptions) {
    this.#options = options;
    this.#readers = new HeldOpen(async (id) => {
      const recording = this.#recording(id);
      this.#stamps.set(id, await stampOf(recording));
      const reader = await openSource(recording);
      this.#openedAs.set(reader, sourceKey(recording));
      return reader;
    });
  }

  async open({ id }: Parsed<'recording.open'>): Promise<RecordingDetails> {
    const { analysis, library, rows } = this.#options;
    const before = this.#recording(id);
    analysis.lookAt(id);
    const { header, missing } = await this.#freshHeader(before);
    analysis.storeFinished();
    const model = this.#options.model();
    const verdicts =
      analysis.stages.verdictsSoFar(id) ??
      (model &&
        storedVerdicts(library, id, model, () => {
          analysis.enqueue([this.#recording(id)]);
        }));
    return {
      row: rows.row(id),
      missing,
      unit: this.#recording(id).unit,
      openUnits: header.leads.flatMap((lead, index) =>
        lead.unitSaid === true || hasOpenUnit(lead) ? [index] : [],
      ),
      header,
      verdicts: verdicts && shownVerdicts(verdicts),
    };
  }

  async signal(
    input: Parsed<'recording.signal'>,
    { signal }: CallContext,
  ): Promise<readonly LeadSignal[]> {
    const { id, columns } = input;
    this.#recording(id);
    const drawn = await this.#read(id, async (reader) => {
      const parts = viewParts(reader.header.leads, input);
      const signals: LeadSignal[] = [];
      for (const part of parts) {
        signal.throwIfAborted();
        const found = isDirect(part, columns)
          ? await directView(reader, part, input, signal)
          : await this.#stored(id, reader, part, input, signal);
        signals.push(...found);
      }
      return signals;
    });
    const byLead = new Map(drawn.map((one) => [one.leadIndex, one]));
    return input.leads.flatMap((lead) => byLead.get(lead) ?? []);
  }

  /** The file may be another one now, or the recording left the list. */
  drop(id: RecordingId): void {
    this.#readers.drop(id);
    this.#stamps.delete(id);
  }

  close(): Promise<void> {
    return this.#readers.close();
  }

  #recording(id: RecordingId): StoredRecording {
    const recording = this.#options.library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    return recording;
  }

  async #read<T>(id: RecordingId, work: (reader: RecordingReader) => Promise<T>): Promise<T> {
    try {
      return await this.#readers.use(id, work);
    } catch (error) {
      throw sourceError(error);
    }
  }

  /**
   * The header as the file has it now. Where the file is gone, the one that was read last: its
   * verdicts can still be looked at, and its signal says that it is gone.
   */
  async #freshHeader(
    recording: StoredRecording,
  ): Promise<Pick<RecordingDetails, 'header' | 'missing'>> {
    const { id } = recording;
    if (this.#stamps.get(id) !== (await stampOf(recording))) this.drop(id);
    try {
      const header = await this.#read(id, async (reader) => {
        await this.#learn(id, reader);
        return reader.header;
      });
      const asked = recording.unit === null && header.leads.some(hasOpenUnit);
      if (asked && (await this.#options.unitKnown(id))) {
        return await this.#freshHeader(this.#recording(id));
      }
      return { header, missing: false };
    } catch (error) {
      const { code } = failureOf(error);
      const known = this.#options.library.recordings.header(id);
      if (code === 'not-found' && known) return { header: known, missing: true };
      if (code === 'needs-choice' && (await this.#options.answered(id))) {
        return this.#freshHeader(this.#recording(id));
      }
      throw error;
    }
  }

  /** Keeps header and fingerprint; a file whose content changed is begun anew. */
  async #learn(id: RecordingId, reader: RecordingReader): Promise<void> {
    const { library, rows, analysis, envelopes } = this.#options;
    const fingerprint = await fingerprintOf(reader);
    const recording = this.#recording(id);
    // A person located it or said its unit meanwhile: this reader is not what it is read by now.
    if (this.#openedAs.get(reader) !== sourceKey(recording)) return;
    const { header } = reader;
    if (recording.fingerprint !== fingerprint) {
      const changed = recording.fingerprint !== null;
      library.transaction(() => {
        if (changed) library.recordings.forgetContent(id);
        library.recordings.setHeader(id, header, fingerprint);
      });
      if (changed) {
        analysis.drop([id]);
        analysis.enqueue([this.#recording(id)]);
      }
      rows.changed([id]);
    }
    envelopes.prepare({ ...recording, fingerprint, header });
  }

  async #stored(
    id: RecordingId,
    reader: RecordingReader,
    part: ViewPart,
    request: ViewRequest,
    signal: AbortSignal,
  ): Promise<LeadSignal[]> {
    const recording = this.#recording(id);
    const fingerprint = recording.fingerprint ?? (await fingerprintOf(reader));
    const { header } = reader;
    try {
      return await this.#options.envelopes.use(
        { ...recording, fingerprint, header },
        signal,
        (envelope) => envelopeView(envelope, part, request.columns),
      );
    } catch (error) {
      if (failureOf(error).code !== 'analysis-stopped') throw error;
      throw new RhythmarkError(
        'analysis-stopped',
        'The overview of this recording could not be made: the analysis process stopped. Closer views still work.',
        undefined,
        { cause: error },
      );
    }
  }
}

/** All that a reader's content depends on beside the file itself. */
function sourceKey({ path, part, textChoice, unit }: StoredRecording): string {
  return JSON.stringify([path, part, textChoice, unit]);
}
