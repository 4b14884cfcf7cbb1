/** MATLAB level 4 and 5 files and Unisens folders in the documented layout; see stand-ins.ts. */
import { deflateSync } from 'node:zlib';

export interface MatrixStandIn {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Column-major. */
  readonly values: ArrayLike<number>;
  readonly type: 'float64' | 'float32' | 'int32' | 'int16' | 'uint8';
}

const V4_PRECISION = { float64: 0, float32: 1, int32: 2, int16: 3, uint8: 5 } as const;
const BYTES = { float64: 8, float32: 4, int32: 4, int16: 2, uint8: 1 } as const;

function numbers(matrix: MatrixStandIn, big: boolean): Buffer {
  const size = BYTES[matrix.type];
  const bytes = Buffer.alloc(matrix.values.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < matrix.values.length; i++) {
    const value = matrix.values[i] ?? 0;
    if (matrix.type === 'float64') view.setFloat64(i * size, value, !big);
    else if (matrix.type === 'float32') view.setFloat32(i * size, value, !big);
    else if (matrix.type === 'int32') view.setInt32(i * size, value, !big);
    else if (matrix.type === 'int16') view.setInt16(i * size, value, !big);
    else view.setUint8(i, value);
  }
  return bytes;
}

export function matlab4File(matrices: readonly MatrixStandIn[], endian: 'little' | 'big'): Buffer {
  const big = endian === 'big';
  return Buffer.concat(
    matrices.flatMap((matrix) => {
      const head = Buffer.alloc(20);
      const fields = [
        (big ? 1000 : 0) + 10 * V4_PRECISION[matrix.type],
        matrix.rows,
        matrix.columns,
        0,
        matrix.name.length + 1,
      ];
      for (const [i, field] of fields.entries()) {
        if (big) head.writeInt32BE(field, 4 * i);
        else head.writeInt32LE(field, 4 * i);
      }
      return [head, Buffer.from(`${matrix.name}\0`, 'latin1'), numbers(matrix, big)];
    }),
  );
}

const V5_CLASS = { float64: 6, float32: 7, int32: 12, int16: 10, uint8: 9 } as const;
const V5_TYPE = { float64: 9, float32: 7, int32: 5, int16: 3, uint8: 2 } as const;

/** `-v6` (plain) or `-v7` (each matrix deflated), little-endian. */
export function matlab5File(
  matrices: readonly MatrixStandIn[],
  packing: 'plain' | 'deflated',
): Buffer {
  const header = Buffer.alloc(128, 0x20);
  header.write('MATLAB 5.0 MAT-file, a stand-in', 0, 'latin1');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126, 'latin1');
  const elements = matrices.map((matrix) => {
    const flags = Buffer.alloc(8);
    flags.writeUInt32LE(V5_CLASS[matrix.type]);
    const size = Buffer.alloc(8);
    size.writeInt32LE(matrix.rows);
    size.writeInt32LE(matrix.columns, 4);
    const whole = element(
      14,
      Buffer.concat([
        element(6, flags),
        element(5, size),
        element(1, Buffer.from(matrix.name, 'latin1')),
        element(V5_TYPE[matrix.type], numbers(matrix, false)),
      ]),
    );
    if (packing === 'plain') return whole;
    const small = deflateSync(whole);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15);
    tag.writeUInt32LE(small.length, 4);
    return Buffer.concat([tag, small]);
  });
  return Buffer.concat([header, ...elements]);
}

/** One structure of level 5: matrices, texts and a nested structure as its fields. */
export function matlab5Struct(
  name: string,
  fields: readonly (MatrixStandIn | { readonly name: string; readonly text: string })[],
): Buffer {
  const header = Buffer.alloc(128, 0x20);
  header.write('MATLAB 5.0 MAT-file, a stand-in', 0, 'latin1');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126, 'latin1');
  const FIELD_NAME_BYTES = 32;
  const names = Buffer.alloc(FIELD_NAME_BYTES * fields.length);
  fields.forEach((field, i) => names.write(field.name, FIELD_NAME_BYTES * i, 'latin1'));
  const array = (mxClass: number, rows: number, columns: number, own: string, rest: Buffer[]) => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(mxClass);
    head.writeInt32LE(rows, 8);
    head.writeInt32LE(columns, 12);
    return element(
      14,
      Buffer.concat([
        element(6, head.subarray(0, 8)),
        element(5, head.subarray(8)),
        element(1, Buffer.from(own, 'latin1')),
        ...rest,
      ]),
    );
  };
  // The length of the field names is a small element: size and type in one word.
  const length = Buffer.from([5, 0, 4, 0, FIELD_NAME_BYTES, 0, 0, 0]);
  const values = fields.map((field) =>
    'text' in field
      ? array(4, 1, field.text.length, '', [element(4, Buffer.from(field.text, 'utf16le'))])
      : array(V5_CLASS[field.type], field.rows, field.columns, '', [
          element(V5_TYPE[field.type], numbers(field, false)),
        ]),
  );
  return Buffer.concat([header, array(2, 1, 1, name, [length, element(1, names), ...values])]);
}

function element(type: number, data: Buffer): Buffer {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type);
  tag.writeUInt32LE(data.length, 4);
  return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

export interface UnisensStandIn {
  readonly dataType: 'int16' | 'int32' | 'float' | 'double' | 'csv';
  readonly endian?: 'LITTLE' | 'BIG';
  readonly samplingHz: number;
  readonly lsbValue: number;
  readonly baseline?: number;
  readonly channels: readonly (readonly number[])[];
  readonly annotations?: string;
  readonly decimal?: ',' | '.';
}

/** A folder by file name: manifest, signal, and CACHET-CADB's annotation.csv where given. */
export function unisensFolder(options: UnisensStandIn): Map<string, Buffer> {
  const { channels, dataType, endian = 'LITTLE', decimal = '.' } = options;
  const count = channels[0]?.length ?? 0;
  const csv = dataType === 'csv';
  const file = csv ? 'ecg.csv' : 'ecg.bin';
  const storage = csv
    ? `<csvFileFormat separator=";" decimalSeparator="${decimal}"/>`
    : `<binFileFormat endianess="${endian}"/>`;
  const manifest =
    '\ufeff<?xml version="1.0" encoding="utf-8"?>' +
    `<unisens xmlns="http://www.unisens.org/unisens2.0" version="2.0" measurementId="data_ekgmove" duration="${count / options.samplingHz}" timestampStart="2026-06-11T09:12:30.500">` +
    '<customAttributes><customAttribute key="sensorType" value="ekgMove"/><customAttribute key="personId" value="007"/><customAttribute key="gender" value="F"/></customAttributes>' +
    `<signalEntry adcResolution="16" ${options.baseline === undefined ? '' : `baseline="${options.baseline}" `}contentClass="ecg" dataType="${csv ? 'double' : dataType}" id="${file}" lsbValue="${options.lsbValue}" sampleRate="${options.samplingHz}" unit="mV">` +
    storage +
    channels.map((_, i) => `<channel name="ecg${i === 0 ? '' : i + 1}"/>`).join('') +
    '</signalEntry><signalEntry contentClass="acc" dataType="int16" id="acc.bin" lsbValue="1" sampleRate="64" unit="g"><binFileFormat endianess="LITTLE"/><channel name="acc"/></signalEntry></unisens>';
  const folder = new Map([
    ['unisens.xml', Buffer.from(manifest, 'utf8')],
    [file, csv ? csvSignal(channels, decimal) : binarySignal(channels, dataType, endian)],
  ]);
  if (options.annotations !== undefined) {
    folder.set('annotation.csv', Buffer.from(options.annotations, 'utf8'));
  }
  return folder;
}

function csvSignal(channels: readonly (readonly number[])[], decimal: string): Buffer {
  const rows = (channels[0] ?? []).map((_, i) =>
    channels.map((channel) => String(channel[i]).replace('.', decimal)).join(';'),
  );
  return Buffer.from(`${rows.join('\r\n')}\r\n`, 'latin1');
}

function binarySignal(
  channels: readonly (readonly number[])[],
  dataType: Exclude<UnisensStandIn['dataType'], 'csv'>,
  endian: 'LITTLE' | 'BIG',
): Buffer {
  const size = { int16: 2, int32: 4, float: 4, double: 8 }[dataType];
  const count = channels[0]?.length ?? 0;
  const bytes = Buffer.alloc(count * channels.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < count; i++) {
    for (const [c, channel] of channels.entries()) {
      const at = (i * channels.length + c) * size;
      const value = channel[i] ?? 0;
      const little = endian === 'LITTLE';
      if (dataType === 'int16') view.setInt16(at, value, little);
      else if (dataType === 'int32') view.setInt32(at, value, little);
      else if (dataType === 'float') view.setFloat32(at, value, little);
      else view.setFloat64(at, value, little);
    }
  }
  return bytes;
}
