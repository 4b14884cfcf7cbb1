/**
 * Fuzzes one reader in a process of its own: `node fuzz-process.ts READER INPUTS CUTS`. A parent is
 * told of each input before it is read, and of the report and the silent truncations at the end.
 */
import { fuzz, silentTruncations, type FuzzReport } from '../unit/formats/fuzz.ts';
import { TARGETS } from '../unit/formats/fuzz-targets.ts';

export type FuzzMessage =
  | { readonly kind: 'input'; readonly number: number }
  | { readonly kind: 'fuzzed'; readonly report: FuzzReport }
  | { readonly kind: 'cut'; readonly silent: readonly string[] };

function tell(message: FuzzMessage): void {
  process.send?.(message);
}

const [reader, inputs, cuts] = process.argv.slice(2);
const target = await TARGETS.find(({ name }) => name === reader)?.build();
if (!target) throw new Error(`there is no reader ${reader}`);
const report = await fuzz(target, Number(inputs), {
  onInput: (number) => {
    tell({ kind: 'input', number });
  },
});
tell({ kind: 'fuzzed', report });
tell({ kind: 'cut', silent: await silentTruncations(target, Number(cuts)) });
process.disconnect();
