/**
 * Unisens 2.0 folders (movisens ekgMove, CACHET-CADB's full format): a manifest and one file a
 * signal. The manifest is what a person opens; the signal files belong to it.
 */
import type { ImportNote, Lead, PatientFields, RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { withOwnNames } from '../distinct-names.ts';
import { isUsableScale } from '../held-recording.ts';
import {
  bytesPerFrame,
  holdsIntegers,
  isConvertible,
  readIntegers,
  readNumbers,
  readPhysical,
} from '../interleaved.ts';
import type { InterleavedLayout } from '../interleaved.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE } from '../reader.ts';
import type {
  FolderFiles,
  FormatModule,
  OpenRequest,
  RecordingReader,
  Siblings,
} from '../reader.ts';
import { checkedLeads, checkedRange, outputs, roundedInto } from '../requests.ts';
import { existingStamp } from '../stamp.ts';
import { millivoltsPer } from '../voltage.ts';
import { decodeXml, rootNameOf } from '../xml.ts';
import { readCachetAnnotations, readEvents } from './annotations.ts';
import { readCsvSignal, type CsvColumns } from './csv-signal.ts';
import { readManifest, type UnisensManifest, type UnisensSignal } from './manifest.ts';

const MANIFEST = 'unisens.xml';
/** Enough for the longest manifest seen, 40 entries in 11 KB, many times over. */
const MANIFEST_BYTES = 256 * 1024;

export const unisens: FormatModule = {
  name: 'Unisens',
  group: 'Ambulatory',
  endings: ['xml'],
  detect: ({ head }) => (rootNameOf(head) === 'unisens' ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  sidecars: listedFiles,
  async owner(name, folder) {
    return (await listedFiles(folder)).has(name) ? MANIFEST : null;
  },
  async open(request: OpenRequest): Promise<RecordingReader> {
    try {
      return await open(request);
    } finally {
      await request.source.close();
    }
  },
};

/** Files of a folder that its manifest names, and CACHET-CADB's annotations, which it does not. */
async function listedFiles(folder: FolderFiles): Promise<ReadonlySet<string>> {
  if (!folder.names.includes(MANIFEST)) return new Set();
  const head = await folder.head(MANIFEST, MANIFEST_BYTES);
  if (rootNameOf(head) !== 'unisens') return new Set();
  const named = [...decodeXml(head).matchAll(/\sid\s*=\s*"([^"]+)"/g)].map((match) => match[1]);
  const wanted = new Set([...named, 'annotation.csv']);
  return new Set(folder.names.filter((name) => wanted.has(name)));
}

/** One lead: a channel of one signal file. */
interface Channel {
  readonly lead: Lead;
  readonly scale: number;
  readonly offset: number;
  readonly file: SignalFile;
  readonly channel: number;
}

type SignalFile =
  | { readonly kind: 'binary'; readonly source: ByteSource; readonly layout: InterleavedLayout }
  | ({ readonly kind: 'held' } & CsvColumns);

async function open({ source, siblings }: OpenRequest): Promise<RecordingReader> {
  const notes: ImportNote[] = [];
  const manifest = await readManifest(source, notes);
  const chosen = electrocardiograms(manifest, notes);
  const opened: ByteSource[] = [];
  try {
    const channels: Channel[] = [];
    if (chosen.reduce((sum, signal) => sum + signal.channels.length, 0) > LIMITS.leads) {
      throw new RhythmarkError(
        'too-large',
        `unisens.xml lists more than ${LIMITS.leads} channels of ECG.`,
      );
    }
    for (const signal of chosen) {
      const file = await openSignal(signal, siblings, opened);
      channels.push(...channelsOf(signal, file, notes));
      noteCutOff(manifest, signal, file, notes);
    }
    return reader(manifest, underOwnNames(channels, notes), notes, siblings, opened);
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()));
    throw error;
  }
}

function underOwnNames(channels: readonly Channel[], notes: ImportNote[]): readonly Channel[] {
  const leads = withOwnNames(
    channels.map(({ lead }) => lead),
    notes,
  );
  return channels.map((channel, i) => ({ ...channel, lead: leads[i] ?? channel.lead }));
}

/** A manifest states the length of the whole; a signal more than a second shorter was cut off. */
function noteCutOff(
  manifest: UnisensManifest,
  signal: UnisensSignal,
  file: SignalFile,
  notes: ImportNote[],
): void {
  const frames = file.kind === 'binary' ? file.layout.frames : (file.columns[0]?.length ?? 0);
  const missingS = (manifest.durationS ?? 0) - frames / signal.samplingHz;
  const odd =
    file.kind === 'binary'
      ? file.source.size % bytesPerFrame(file.layout) !== 0
      : !file.endsWithLine;
  if (missingS <= 1 && !odd) return;
  notes.push({
    kind: 'repaired',
    code: 'unisens-cut-off',
    message:
      missingS > 1
        ? `unisens.xml promises ${manifest.durationS ?? 0} s, ${signal.file} holds ${(frames / signal.samplingHz).toFixed(1)} s: the rest is missing.`
        : `${signal.file} ends inside a ${file.kind === 'binary' ? 'sample' : 'line'}: it may be cut off.`,
  });
}

/** Signals that are an ECG by class, or, where none says so, by being a voltage. */
function electrocardiograms(manifest: UnisensManifest, notes: ImportNote[]): UnisensSignal[] {
  const named = manifest.signals.filter(({ contentClass }) => /^(ecg|ekg)$/i.test(contentClass));
  const chosen =
    named.length > 0 ? named : manifest.signals.filter(({ unit }) => millivoltsPer(unit) !== null);
  if (chosen.length === 0) {
    throw new RhythmarkError(
      'not-a-recording',
      'unisens.xml lists no ECG: no signal of class ECG and none in volts.',
    );
  }
  const others = manifest.signals.length - chosen.length;
  if (others > 0) {
    notes.push({
      kind: 'ignored',
      code: 'unisens-other-signals',
      message: `${others} other signals of the folder (movement, temperature and the like) are not shown.`,
    });
  }
  return chosen;
}

async function openSignal(
  signal: UnisensSignal,
  siblings: Siblings,
  opened: ByteSource[],
): Promise<SignalFile> {
  if (!(signal.samplingHz > 0) || signal.samplingHz > LIMITS.samplingHz) {
    throw new RhythmarkError(
      'damaged-file',
      `unisens.xml states no usable sampling rate for ${signal.file} (attribute sampleRate).`,
    );
  }
  if (signal.channels.length === 0 || signal.channels.length > LIMITS.leads) {
    throw new RhythmarkError(
      'damaged-file',
      `unisens.xml lists ${signal.channels.length} channels for ${signal.file}.`,
    );
  }
  if (signal.file === '') {
    throw new RhythmarkError(
      'damaged-file',
      'unisens.xml names no file for its ECG (attribute id).',
    );
  }
  const source = await siblings.open(signal.file);
  opened.push(source);
  if (signal.storage.kind === 'csv') {
    const { file, channels, storage } = signal;
    return { kind: 'held', ...(await readCsvSignal(source, file, channels.length, storage)) };
  }
  const shape = { channels: signal.channels.length, type: signal.storage.type };
  const frames = Math.floor(source.size / bytesPerFrame(shape));
  if (frames === 0) {
    throw new RhythmarkError('damaged-file', `${signal.file} holds no samples. Copy it again.`);
  }
  return {
    kind: 'binary',
    source,
    layout: { offset: 0, frames, endian: signal.storage.endian, ...shape },
  };
}

function channelsOf(signal: UnisensSignal, file: SignalFile, notes: ImportNote[]): Channel[] {
  const toMv = millivoltsPer(signal.unit);
  const step = toMv === null ? NaN : (signal.lsbValue ?? NaN) * toMv;
  const calibrated = Number.isFinite(step) && Number.isFinite(1 / step);
  if (!calibrated) {
    notes.push({
      kind: 'assumed',
      code: 'unisens-no-lsb',
      message: `unisens.xml states no voltage a step for ${signal.file} (attribute lsbValue): shown uncalibrated.`,
    });
  }
  // An uncalibrated lead keeps its stored steps: the scale of a guess would be read as truth.
  const scale = calibrated ? step : 1;
  const offset = -signal.baseline * scale;
  return signal.channels.map((name, channel) => ({
    file,
    channel,
    scale,
    offset,
    lead: {
      name: name === '' ? `${signal.file} ${channel + 1}` : name,
      unit: calibrated ? 'mV' : '',
      calibrated,
      samplingHz: signal.samplingHz,
      sampleCount:
        file.kind === 'binary' ? file.layout.frames : (file.columns[channel]?.length ?? 0),
      gain: 1 / scale,
      baseline: signal.baseline,
      ...(signal.adcBits === null ? {} : { resolutionBits: signal.adcBits }),
    },
  }));
}

function reader(
  manifest: UnisensManifest,
  channels: readonly Channel[],
  notes: readonly ImportNote[],
  siblings: Siblings,
  opened: readonly ByteSource[],
): RecordingReader {
  const leads = channels.map(({ lead }) => lead);
  if (leads.some((lead) => lead.sampleCount / lead.samplingHz > LIMITS.durationS)) {
    throw new RhythmarkError(
      'damaged-file',
      'unisens.xml states a sampling rate so low that the recording would last over a year (attribute sampleRate).',
    );
  }
  const samplingHz = leads[0]?.samplingHz ?? 1;
  const header: RecordingHeader = {
    format: 'Unisens 2.0',
    durationS: Math.max(...leads.map((lead) => lead.sampleCount / lead.samplingHz)),
    start: existingStamp(manifest.start),
    leads,
    patient: patientOf(manifest),
    device: manifest.attributes.get('sensorType') ?? null,
    comments: manifest.comment === '' ? [] : [manifest.comment],
    notes,
    synthetic: manifest.comment.includes('Synthetic recording made by Rhythmark'),
  };

  async function numbers(index: number, from: number, to: number): Promise<Float64Array> {
    const channel = channels[index];
    const empty = new Float64Array(to - from).fill(NaN);
    if (!channel) return empty;
    const { file } = channel;
    if (file.kind === 'binary') {
      const [values] = await readNumbers(file.source, file.layout, [channel.channel], from, to);
      return values ?? empty;
    }
    const column = file.columns[channel.channel] ?? empty;
    const held = column.subarray(Math.max(0, from), Math.max(0, to));
    if (held.length > 0) empty.set(held, Math.max(0, -from));
    return empty;
  }

  return {
    header,
    async read(indices, from, to, into) {
      checkedLeads(header, indices);
      const outs = outputs(indices, checkedRange(from, to), into);
      await Promise.all(
        outs.map(async (out, k) => {
          const index = indices[k] ?? 0;
          const { scale = 1, offset = 0, file, channel = 0 } = channels[index] ?? {};
          const usable = isUsableScale(scale, offset);
          if (usable && file?.kind === 'binary' && isConvertible(file.layout)) {
            const wanted = [{ channel, scale, offset, out }];
            await readPhysical(file.source, file.layout, wanted, from, to, null);
          } else {
            roundedInto(out, await numbers(index, from, to), scale, offset);
          }
        }),
      );
      return outs;
    },
    async readStored(indices, from, to) {
      checkedLeads(header, indices);
      checkedRange(from, to);
      return Promise.all(
        indices.map(async (index) => {
          const channel = channels[index];
          const file = channel?.file;
          if (!channel || file?.kind !== 'binary' || !holdsIntegers(file.layout.type)) {
            throw new RhythmarkError(
              'unsupported',
              'This file stores decimals, not integers: leave out --raw.',
            );
          }
          const { source, layout } = file;
          const [values] = await readIntegers(source, layout, [channel.channel], from, to, null);
          return values ?? new Int32Array(to - from).fill(NO_SAMPLE);
        }),
      );
    },
    async annotations() {
      const sets = [];
      for (const events of manifest.events) {
        if (!(await siblings.exists(events.file))) continue;
        const source = await siblings.open(events.file);
        sets.push(await readEvents(source, events, samplingHz).finally(() => source.close()));
      }
      const isListed = manifest.events.some(({ file }) => file === 'annotation.csv');
      if (!isListed && (await siblings.exists('annotation.csv'))) {
        const source = await siblings.open('annotation.csv');
        sets.push(await readCachetAnnotations(source, samplingHz).finally(() => source.close()));
      }
      return sets.filter(({ annotations }) => annotations.length > 0);
    },
    async close() {
      await Promise.all(opened.map((source) => source.close()));
    },
  };
}

function patientOf(manifest: UnisensManifest): PatientFields {
  const attribute = (key: string): string | null => manifest.attributes.get(key) || null;
  return {
    id: attribute('personId') ?? (manifest.measurementId || null),
    name: null,
    birthDate: null,
    sex: attribute('gender'),
    age: attribute('age'),
  };
}
