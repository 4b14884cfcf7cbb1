/**
 * `unisens.xml`: what a Unisens 2.0 folder holds. Source: the Unisens documentation and schema at
 * unisens.org. The schema's default for `lsbValue` is 1, which real files without it contradict
 * (a chest belt of 30 V): a signal without one is uncalibrated here.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { NUMBER_TYPES, type NumberType } from '../interleaved.ts';
import { LIMITS } from '../limits.ts';
import { numberOf, readXml, type XmlElement } from '../xml.ts';

export interface UnisensSignal {
  /** File name of the samples. */
  readonly file: string;
  readonly contentClass: string;
  readonly channels: readonly string[];
  readonly samplingHz: number;
  /** Physical value = (stored - baseline) x lsbValue; null where the manifest states no lsbValue. */
  readonly lsbValue: number | null;
  readonly baseline: number;
  readonly unit: string;
  readonly adcBits: number | null;
  readonly storage:
    | { readonly kind: 'binary'; readonly type: NumberType; readonly endian: 'little' | 'big' }
    | { readonly kind: 'csv'; readonly separator: string; readonly decimal: string };
}

export interface UnisensEvents {
  readonly file: string;
  readonly contentClass: string;
  readonly samplingHz: number;
  readonly separator: string;
}

export interface UnisensManifest {
  readonly start: string | null;
  /** Stated length of the whole, s; null where there is none. */
  readonly durationS: number | null;
  readonly measurementId: string;
  readonly comment: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly signals: readonly UnisensSignal[];
  readonly events: readonly UnisensEvents[];
}

export async function readManifest(
  source: ByteSource,
  notes: ImportNote[],
): Promise<UnisensManifest> {
  const root = await readXml(source, 'unisens', notes);
  const stated = numberOf(root.attribute('duration'));
  return {
    start: startOf(root.attribute('timestampStart')),
    durationS: stated > 0 && stated < LIMITS.durationS ? stated : null,
    measurementId: root.attribute('measurementId'),
    comment: root.attribute('comment'),
    attributes: new Map(
      root
        .all('customAttributes', 'customAttribute')
        .map((one) => [one.attribute('key'), one.attribute('value')]),
    ),
    signals: root.all('signalEntry').map(signalOf),
    events: root.all('eventEntry').map(eventsOf),
  };
}

function signalOf(entry: XmlElement): UnisensSignal {
  const file = entry.attribute('id');
  const lsb = numberOf(entry.attribute('lsbValue'));
  const baseline = numberOf(entry.attribute('baseline'));
  // Where no baseline is stated, the converter's own zero is the signal's.
  const zero = numberOf(entry.attribute('adcZero'));
  return {
    file,
    contentClass: entry.attribute('contentClass'),
    channels: entry.all('channel').map((channel) => channel.attribute('name')),
    samplingHz: numberOf(entry.attribute('sampleRate')),
    lsbValue: Number.isFinite(lsb) && lsb !== 0 ? lsb : null,
    baseline: Math.abs(baseline) < 2 ** 32 ? baseline : Math.abs(zero) < 2 ** 32 ? zero : 0,
    unit: entry.attribute('unit'),
    adcBits: numberOf(entry.attribute('adcResolution')) || null,
    storage: storageOf(entry, file),
  };
}

function storageOf(entry: XmlElement, file: string): UnisensSignal['storage'] {
  const binary = entry.all('binFileFormat')[0];
  if (!binary) {
    const csv = entry.first('csvFileFormat');
    return {
      kind: 'csv',
      separator: separatorOf(csv),
      decimal: csv.attribute('decimalSeparator') || '.',
    };
  }
  const stated = entry.attribute('dataType').toLowerCase();
  const name = stated === 'float' ? 'float32' : stated === 'double' ? 'float64' : stated;
  const type = NUMBER_TYPES.find((candidate) => candidate === name);
  if (!type) {
    throw new RhythmarkError(
      'unsupported',
      `unisens.xml states data type "${stated.slice(0, 20)}" for ${file}, which is not read here.`,
    );
  }
  return {
    kind: 'binary',
    type,
    // The schema spells the attribute with one n; people do not.
    endian: /^big$/i.test(binary.attribute('endianess') || binary.attribute('endianness'))
      ? 'big'
      : 'little',
  };
}

/** A tab may be written as it is, which XML turns into a blank, or as `\t`. */
function separatorOf(csv: XmlElement): string {
  const stated = csv.attributeAsIs('separator');
  return stated === '\\t' ? '\t' : stated || ';';
}

function eventsOf(entry: XmlElement): UnisensEvents {
  return {
    file: entry.attribute('id'),
    contentClass: entry.attribute('contentClass'),
    samplingHz: numberOf(entry.attribute('sampleRate')),
    separator: separatorOf(entry.first('csvFileFormat')),
  };
}

function startOf(stamp: string): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?/.exec(stamp);
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(3, '0')}` : null;
}
