/** WFDB: a text header (.hea) and the signal files that it names. */
import type { FormatModule, Probe } from '../reader.ts';
import { openRecord } from './record.ts';
import { wfdbOwner, wfdbSidecars } from './files.ts';

const RECORD_LINE = /^[^\s/#]+(?:\/\d+)?[ \t]+\d+(?:[ \t]+[\d.eE+-]+\S*)?(?:[ \t]+\d+)?(?:[ \t]|$)/;
const SECOND_LINE =
  /^(?:\S+[ \t]+\d+(?:x\d+)?(?::\d+)?(?:\+\d+)?(?:[ \t]|$)|[^\s]+[ \t]+\d+[ \t]*$)/;

export const wfdb: FormatModule = {
  name: 'WFDB',
  group: 'Ambulatory',
  endings: ['hea'],
  detect: detectHeader,
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: openRecord,
  sidecars: wfdbSidecars,
  owner: wfdbOwner,
};

function detectHeader({ name, head }: Probe): number {
  const ends = name.toLowerCase().endsWith('.hea');
  const [first, second] = new TextDecoder('latin1')
    .decode(head)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== undefined && RECORD_LINE.test(first)) {
    if (second !== undefined && SECOND_LINE.test(second)) return ends ? 1 : 0.4;
    if (ends) return 0.9;
  }
  return ends ? 0.3 : 0;
}
