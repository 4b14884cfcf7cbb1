/** DICOM waveform objects (PS3.5, PS3.3 A.34) in every encoding that is read; see stand-ins.ts. */
import { deflateRawSync } from 'node:zlib';

export type DicomSyntax = 'implicit' | 'explicit' | 'big' | 'deflated';

export const SYNTAX_UID: Readonly<Record<DicomSyntax, string>> = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  big: '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
};

export interface DicomChannel {
  readonly name: string;
  /** Codes as stored, in the group's interpretation. */
  readonly codes: readonly number[];
  readonly sensitivity?: string;
  readonly unit?: string;
  readonly correction?: string;
  readonly baseline?: string;
  /** Channel Time Skew (s), Channel Sample Skew, Channel Offset (s). */
  readonly timeSkew?: string;
  readonly sampleSkew?: string;
  readonly offset?: string;
}

export interface DicomGroup {
  readonly label: string;
  readonly samplingHz: string;
  readonly interpretation: 'SB' | 'UB' | 'MB' | 'AB' | 'SS' | 'US' | 'SL';
  readonly channels: readonly DicomChannel[];
  readonly padding?: number;
  /** Multiplex Group Time Offset (ms). */
  readonly offsetMs?: string;
}

export interface DicomAnnotation {
  readonly text: string;
  /** Group and channel, both from 1. */
  readonly channel: readonly [number, number];
  /** From 1. */
  readonly position: number;
  /** Last sample of a span, from 1. */
  readonly to?: number;
}

export interface DicomIdentity {
  /** Specific Character Set; '' where the file declares none. */
  readonly characterSet: string;
  /** The patient's name in that set. */
  readonly name: Uint8Array;
}

type Vr = 'UI' | 'CS' | 'LO' | 'PN' | 'DA' | 'TM' | 'DS' | 'SH' | 'US' | 'UL' | 'SQ' | 'OB' | 'OW';
const LONG: ReadonlySet<string> = new Set(['SQ', 'OB', 'OW']);

export function dicomFile(
  syntax: DicomSyntax,
  groups: readonly DicomGroup[],
  annotations: readonly DicomAnnotation[] = [],
  { characterSet, name }: DicomIdentity = { characterSet: '', name: Buffer.from('Stand-In^Ada') },
): Buffer {
  const encoder = new Encoder(syntax);
  const body = Buffer.concat([
    ...(characterSet === '' ? [] : [encoder.text(0x0008, 0x0005, 'CS', characterSet)]),
    encoder.text(0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.9.1.2'),
    encoder.text(0x0008, 0x0020, 'DA', '20260611'),
    encoder.text(0x0008, 0x0030, 'TM', '091230.5'),
    encoder.text(0x0008, 0x0060, 'CS', 'ECG'),
    encoder.element(0x0010, 0x0010, 'PN', evenly(name)),
    encoder.text(0x0010, 0x0020, 'LO', 'P-1'),
    encoder.text(0x0010, 0x0030, 'DA', '19501224'),
    encoder.text(0x0010, 0x0040, 'CS', 'F'),
    ...(annotations.length === 0
      ? []
      : [
          encoder.sequence(
            0x0040,
            0xb020,
            annotations.map((one) => encoder.annotation(one)),
          ),
        ]),
    encoder.sequence(
      0x5400,
      0x0100,
      groups.map((group) => encoder.group(group)),
    ),
  ]);
  return Buffer.concat([
    metaHeader(SYNTAX_UID[syntax]),
    syntax === 'deflated' ? deflateRawSync(body) : body,
  ]);
}

function evenly(text: Uint8Array): Buffer {
  return Buffer.concat([text, Buffer.alloc(text.length % 2, ' ')]);
}

/** File meta information is explicit little endian whatever the rest is (PS3.10 7.1). */
function metaHeader(uid: string): Buffer {
  const explicit = new Encoder('explicit');
  const elements = Buffer.concat([
    explicit.text(0x0002, 0x0002, 'UI', '1.2.840.10008.5.1.4.1.1.9.1.2'),
    explicit.text(0x0002, 0x0003, 'UI', '1.2.3.4'),
    explicit.text(0x0002, 0x0010, 'UI', uid),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    explicit.element(0x0002, 0x0000, 'UL' as Vr, length),
    elements,
  ]);
}

class Encoder {
  readonly #big: boolean;
  readonly #implicit: boolean;

  constructor(syntax: DicomSyntax) {
    this.#big = syntax === 'big';
    this.#implicit = syntax === 'implicit';
  }

  annotation({ text, channel, position, to }: DicomAnnotation): Buffer {
    const positions = to === undefined ? [position] : [position, to];
    return Buffer.concat([
      this.element(0x0040, 0xa0b0, 'US', this.#shorts(channel)),
      this.text(0x0040, 0xa130, 'CS', to === undefined ? 'POINT' : 'SEGMENT'),
      this.element(0x0040, 0xa132, 'UL', Buffer.concat(positions.map((one) => this.#long(one)))),
      this.text(0x0070, 0x0006, 'LO', text),
    ]);
  }

  group(group: DicomGroup): Buffer {
    const { channels, interpretation } = group;
    const bytes = interpretation === 'SL' ? 4 : /^(SS|US)$/.test(interpretation) ? 2 : 1;
    const count = channels[0]?.codes.length ?? 0;
    const data = Buffer.alloc(count * channels.length * bytes);
    for (let i = 0; i < count; i++) {
      for (const [c, { codes }] of channels.entries()) {
        this.#code(data, (i * channels.length + c) * bytes, codes[i] ?? 0, interpretation);
      }
    }
    const padding = Buffer.alloc(Math.max(2, bytes));
    if (group.padding !== undefined) this.#code(padding, 0, group.padding, interpretation);
    return Buffer.concat([
      ...this.#optional(0x0018, 0x1068, group.offsetMs),
      this.element(0x003a, 0x0005, 'US', this.#shorts([channels.length])),
      this.element(0x003a, 0x0010, 'UL', this.#long(count)),
      this.text(0x003a, 0x001a, 'DS', group.samplingHz),
      this.text(0x003a, 0x0020, 'SH', group.label),
      this.sequence(
        0x003a,
        0x0200,
        channels.map((channel) => this.#channel(channel, bytes * 8)),
      ),
      this.element(0x5400, 0x1004, 'US', this.#shorts([bytes * 8])),
      this.text(0x5400, 0x1006, 'CS', interpretation),
      ...(group.padding === undefined ? [] : [this.element(0x5400, 0x100a, 'OB', padding)]),
      this.element(0x5400, 0x1010, bytes === 1 ? 'OB' : 'OW', data),
    ]);
  }

  #channel(channel: DicomChannel, bits: number): Buffer {
    const coded = (value: string, meaning: string): Buffer =>
      Buffer.concat([
        this.text(0x0008, 0x0100, 'SH', value),
        this.text(0x0008, 0x0104, 'LO', meaning),
      ]);
    return Buffer.concat([
      this.sequence(0x003a, 0x0208, [coded('2:1', channel.name)]),
      ...(channel.sensitivity === undefined
        ? []
        : [this.text(0x003a, 0x0210, 'DS', channel.sensitivity)]),
      this.sequence(0x003a, 0x0211, [coded(channel.unit ?? 'uV', 'voltage')]),
      this.text(0x003a, 0x0212, 'DS', channel.correction ?? '1'),
      this.text(0x003a, 0x0213, 'DS', channel.baseline ?? '0'),
      ...this.#optional(0x003a, 0x0214, channel.timeSkew),
      ...this.#optional(0x003a, 0x0215, channel.sampleSkew),
      ...this.#optional(0x003a, 0x0218, channel.offset),
      this.element(0x003a, 0x021a, 'US', this.#shorts([bits])),
    ]);
  }

  #optional(group: number, element: number, decimal: string | undefined): Buffer[] {
    return decimal === undefined ? [] : [this.text(group, element, 'DS', decimal)];
  }

  text(group: number, element: number, vr: Vr, value: string): Buffer {
    return this.element(group, element, vr, Buffer.from(value, 'latin1'));
  }

  sequence(group: number, element: number, items: readonly Buffer[]): Buffer {
    const data = items.map((item) =>
      Buffer.concat([this.#tag(0xfffe, 0xe000), this.#long(item.length), item]),
    );
    return this.element(group, element, 'SQ', Buffer.concat(data));
  }

  element(group: number, element: number, vr: Vr, value: Buffer): Buffer {
    const fill = vr === 'UI' || vr === 'OB' || vr === 'SQ' ? 0 : 0x20;
    const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from([fill])]);
    const tag = this.#tag(group, element);
    if (this.#implicit) return Buffer.concat([tag, this.#long(padded.length), padded]);
    const kind = Buffer.from(vr, 'latin1');
    return LONG.has(vr)
      ? Buffer.concat([tag, kind, Buffer.alloc(2), this.#long(padded.length), padded])
      : Buffer.concat([tag, kind, this.#shorts([padded.length]), padded]);
  }

  #tag(group: number, element: number): Buffer {
    return this.#shorts([group, element]);
  }

  #shorts(values: readonly number[]): Buffer {
    const bytes = Buffer.alloc(2 * values.length);
    for (const [i, value] of values.entries()) {
      if (this.#big) bytes.writeUInt16BE(value, 2 * i);
      else bytes.writeUInt16LE(value, 2 * i);
    }
    return bytes;
  }

  #long(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.#big) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  }

  #code(bytes: Buffer, at: number, code: number, interpretation: string): void {
    switch (interpretation) {
      case 'SB':
        bytes.writeInt8(code, at);
        return;
      case 'SS':
        if (this.#big) bytes.writeInt16BE(code, at);
        else bytes.writeInt16LE(code, at);
        return;
      case 'US':
        if (this.#big) bytes.writeUInt16BE(code, at);
        else bytes.writeUInt16LE(code, at);
        return;
      case 'SL':
        if (this.#big) bytes.writeInt32BE(code, at);
        else bytes.writeInt32LE(code, at);
        return;
      default:
        bytes.writeUInt8(code, at);
    }
  }
}
