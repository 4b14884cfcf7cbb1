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

/** Resolves once it is written, and with it all that was told before. */
function tell(message: FuzzMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send)
      process.send(message, undefined, undefined, () => {
        resolve();
      });
    else resolve();
  });
}

const [reader, inputs, cuts] = process.argv.slice(2);
const target = await TARGETS.find(({ name }) => name === reader)?.build();
if (!target) throw new Error(`there is no reader ${reader}`);
const report = await fuzz(target, Number(inputs), {
  onInput: (number) => {
    void tell({ kind: 'input', number });
  },
});
await tell({ kind: 'fuzzed', report });
// A channel that is closed drops what a slow parent has not taken yet.
await tell({ kind: 'cut', silent: await silentTruncations(target, Number(cuts)) });
process.disconnect();
