/** Which format a file is in, by its content first; and what a file is that holds no recording. */
import { RhythmarkError } from '../contract/errors.ts';
import { openRegularFile, type ByteSource } from './byte-source.ts';
import type { FormatModule, Probe } from './reader.ts';
import { FORMATS } from './registry.ts';
import { isOfficeDocument } from './zip/office.ts';

/** Bytes that a format sees of a file to recognise it. */
export const PROBE_BYTES = 4096;

export interface Detected {
  readonly format: FormatModule;
  /** 0 to 1, see `FormatModule.detect`. */
  readonly score: number;
}

/** The format that is surest of a file, or null where none claims it. */
export function detectFormat(probe: Probe): Detected | null {
  let best: Detected | null = null;
  for (const format of FORMATS) {
    const score = format.detect(probe);
    if (score > (best?.score ?? 0)) best = { format, score };
    if (score >= 1) break; // nothing is surer
  }
  return best;
}

/** What `detectFormat` needs of an open file. */
export async function probeOf(name: string, source: ByteSource): Promise<Probe> {
  return { name, size: source.size, head: (await source.read(0, PROBE_BYTES)).slice() };
}

/** The first bytes of a file; empty where it cannot be read. */
export async function headOf(path: string, bytes: number = PROBE_BYTES): Promise<Uint8Array> {
  try {
    const source = await openRegularFile(path);
    try {
      return (await source.read(0, bytes)).slice();
    } finally {
      await source.close();
    }
  } catch {
    return new Uint8Array(0);
  }
}

/** Says what a file is that no format claims, and what to do. */
export function notARecording(probe: Probe): RhythmarkError {
  if (probe.size === 0)
    return new RhythmarkError(
      'not-a-recording',
      'This file is empty. Copy it again from the recorder.',
    );
  const kind = knownContent(probe);
  return new RhythmarkError(
    'not-a-recording',
    kind === null
      ? 'This file is in no ECG format that Rhythmark reads.'
      : `This is ${kind}, not a recording. Open the recorder's own file instead.`,
  );
}

/** A content that people mistake for a recording: its first bytes, at an offset. */
interface Signature {
  readonly what: string;
  readonly bytes: string;
  readonly offset?: number;
}

/** First bytes as the formats' own specifications give them. */
const SIGNATURES: readonly Signature[] = [
  { what: 'a PDF document', bytes: '%PDF-' },
  { what: 'a PNG picture', bytes: '\x89PNG\r\n\x1a\n' },
  { what: 'a JPEG picture', bytes: '\xff\xd8\xff' },
  { what: 'a GIF picture', bytes: 'GIF8' },
  { what: 'a TIFF picture', bytes: 'II*\0' },
  { what: 'a TIFF picture', bytes: 'MM\0*' },
  { what: 'a WebP picture', bytes: 'WEBP', offset: 8 },
  { what: 'a bitmap picture', bytes: 'BM' },
  { what: 'an older Office document', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { what: 'a rich text document', bytes: '{\\rtf' },
  { what: 'a Windows program', bytes: 'MZ' },
  { what: 'a program', bytes: '\x7fELF' },
  { what: 'a program', bytes: '\xcf\xfa\xed\xfe' },
  { what: 'a program', bytes: '\xca\xfe\xba\xbe' },
  { what: 'a video', bytes: 'ftyp', offset: 4 },
  { what: 'a video', bytes: '\x1a\x45\xdf\xa3' },
  { what: 'a video', bytes: 'AVI ', offset: 8 },
  { what: 'a sound file', bytes: 'WAVE', offset: 8 },
  { what: 'a sound file', bytes: 'ID3' },
  { what: 'a sound file', bytes: 'OggS' },
  { what: 'a 7-Zip archive', bytes: "7z\xbc\xaf'\x1c" },
  { what: 'a RAR archive', bytes: 'Rar!\x1a\x07' },
  { what: 'a gzip-compressed file', bytes: '\x1f\x8b' },
  { what: 'a bzip2-compressed file', bytes: 'BZh' },
  { what: 'an xz-compressed file', bytes: '\xfd7zXZ\0' },
  { what: 'a SQLite database', bytes: 'SQLite format 3\0' },
  { what: 'a ZIP archive', bytes: 'PK\x03\x04' },
  { what: 'a web page', bytes: '<!DOCTYPE html' },
  { what: 'a web page', bytes: '<html' },
];

function knownContent({ head }: Probe): string | null {
  const text = Array.from(head.subarray(0, 64), (byte) => String.fromCharCode(byte)).join('');
  const match = SIGNATURES.find(({ bytes, offset = 0 }) =>
    text.slice(offset).toLowerCase().startsWith(bytes.toLowerCase()),
  );
  return isOfficeDocument(head) ? 'an Office document' : (match?.what ?? null);
}
