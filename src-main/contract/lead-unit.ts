/** What a person says of leads whose unit or gain the file leaves open. */
import { z } from 'zod';

/** Bounds beyond which no recorder's converter lies: a typing mistake, not a gain. */
export const LEAST_STORED_PER_MV = 1e-6;
export const MOST_STORED_PER_MV = 1e9;

export const unitChoiceSchema = z.discriminatedUnion('kind', [
  /** The stored numbers are millivolts, or microvolts; or it is not known after all. */
  z.strictObject({ kind: z.enum(['mV', 'uV', 'unknown']) }),
  z.strictObject({
    kind: z.literal('perMv'),
    stored: z.number().min(LEAST_STORED_PER_MV).max(MOST_STORED_PER_MV),
  }),
]);

export const chosenUnitSchema = z.strictObject({
  choice: unitChoiceSchema,
  /** Said of this recording, or of another of the same shape. */
  origin: z.enum(['said', 'shape']),
});

export type UnitChoice = Readonly<z.infer<typeof unitChoiceSchema>>;
export type ChosenUnit = Readonly<z.infer<typeof chosenUnitSchema>>;

/** Millivolts in one stored unit; null where it is not known. */
export function millivoltsPerStored(choice: UnitChoice): number | null {
  switch (choice.kind) {
    case 'mV':
      return 1;
    case 'uV':
      return 1e-3;
    case 'perMv':
      return 1 / choice.stored;
    case 'unknown':
      return null;
  }
}
