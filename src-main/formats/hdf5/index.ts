/**
 * HDF5 by h5wasm, which reads a file by random access: CACHET-CADB's short format (one recording a
 * segment, its labels as reference annotations), MATLAB v7.3 and generic arrays.
 */
import type { TextPreview } from '../../contract/text.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { decideReading, previewReading, type Reading } from '../arrays/reading.ts';
import { arrayRecording } from '../arrays/recording.ts';
import type { ArrayFile } from '../arrays/variables.ts';
import type { ByteSource } from '../byte-source.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { CACHET, isCachet, labelOf, segmentOf } from './cachet.ts';
import { openHdf5 } from './file.ts';
import { checkGlobalHeaps } from './global-heap.ts';

const SIGNATURE = '\x89HDF\r\n\x1a\n';
/** The signature lies at 0, 512, 1024, 2048 ... (a user block may come first; MATLAB's has 512). */
const OFFSETS = [0, 512, 1024, 2048];

export const hdf5: FormatModule = {
  name: 'HDF5',
  group: 'Research',
  endings: ['h5', 'hdf5', 'hdf', 'mat'],
  holdsSeveral: true,
  detect({ head }) {
    const found = OFFSETS.some(
      (at) => Buffer.from(head.subarray(at, at + 8)).toString('latin1') === SIGNATURE,
    );
    return found ? 0.99 : 0;
  },
  async parts({ source, path }: OpenRequest) {
    const file = await opened(path, source);
    try {
      const segments = isCachet(file);
      if (segments === 0) return [{ part: '', name: '' }];
      const width = String(segments).length;
      return Array.from({ length: segments }, (_, i) => ({
        part: String(i + 1),
        name: `segment ${String(i + 1).padStart(width, '0')}`,
      }));
    } finally {
      await file.close();
    }
  },
  async open({ source, path, part, textChoice }: OpenRequest): Promise<RecordingReader> {
    const file = await opened(path, source);
    try {
      const segments = isCachet(file);
      if (segments === 0) return arrayRecording(file, await decideReading(file, textChoice));
      const index = part === '' ? 0 : Number(part) - 1;
      if (!Number.isInteger(index) || index < 0 || index >= segments) {
        throw new RhythmarkError('not-found', `The file holds ${segments} segments, no "${part}".`);
      }
      const reading: Reading = {
        leads: [{ name: 'ECG', variable: segmentOf(file, index), channel: 0 }],
        samplingHz: CACHET.samplingHz,
        unit: 'unknown',
        assumed: [
          'The layout is that of CACHET-CADB: 10-s segments at 1024 Hz, band-passed 0.5 to 40 Hz by its authors.',
        ],
      };
      return arrayRecording(file, reading, await referenceOf(file, index));
    } catch (error) {
      await file.close();
      throw error;
    }
  },
  async preview({ source, path, textChoice }: OpenRequest): Promise<TextPreview> {
    const file = await opened(path, source);
    try {
      return await previewReading(file, textChoice);
    } finally {
      await file.close();
    }
  },
};

/** Refuses at once what would keep the library busy until its deadline. Closes `source`. */
async function opened(path: string | null, source: ByteSource): Promise<ArrayFile> {
  try {
    await checkGlobalHeaps(source);
  } catch (error) {
    await source.close();
    throw error;
  }
  return openHdf5(path, source);
}

async function referenceOf(
  file: Parameters<typeof labelOf>[0],
  index: number,
): Promise<AnnotationSet[]> {
  const label = await labelOf(file, index);
  if (label === null) return [];
  return [
    {
      annotator: 'CACHET-CADB',
      samplingHz: CACHET.samplingHz,
      annotations: [{ sample: 0, subtype: 0, channel: 0, num: 0, ...label, durationS: 10 }],
    },
  ];
}
