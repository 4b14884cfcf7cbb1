/** Every format that Rhythmark reads. A new one is a folder beside this file and a line here. */
import type { FormatModule } from './reader.ts';
import { aecg } from './aecg/index.ts';
import { apple } from './apple/index.ts';
import { atc } from './atc/index.ts';
import { dicom } from './dicom/index.ts';
import { edf } from './edf/index.ts';
import { hdf5 } from './hdf5/index.ts';
import { ishne } from './ishne/index.ts';
import { matlab } from './matlab/index.ts';
import { muse } from './muse/index.ts';
import { scp } from './scp/index.ts';
import { sierra } from './sierra/index.ts';
import { text } from './text/index.ts';
import { unisens } from './unisens/index.ts';
import { wfdb } from './wfdb/index.ts';
import { zip } from './zip/index.ts';

export const FORMATS: readonly FormatModule[] = [
  wfdb,
  edf,
  ishne,
  unisens,
  scp,
  dicom,
  aecg,
  muse,
  sierra,
  atc,
  apple,
  matlab,
  hdf5,
  text,
  zip,
];
