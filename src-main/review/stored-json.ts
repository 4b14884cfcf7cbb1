/**
 * Schemas of what the library keeps as JSON. A library file may come from another version or
 * another hand, so what is read back is checked; what does not fit counts as never stored. Schemas
 * are made once: zod compiles them, and ten thousand rows pass through here at a time.
 */
import { z } from 'zod';
import { textChoiceSchema } from '../contract/api.ts';
import type { Composition, RecordingHeader } from '../contract/domain.ts';
import type { ClassProbabilities } from '../contract/verdict.ts';
import type { TextChoice } from '../contract/text.ts';
import {
  chosenUnitSchema,
  unitChoiceSchema,
  type ChosenUnit,
  type UnitChoice,
} from '../contract/lead-unit.ts';
import {
  predictionSetsSchema,
  recordingHeadSchema,
  windowContextSchema,
  type ModelCard,
} from '../contract/model-card.ts';

const lead = z.object({
  name: z.string(),
  unit: z.string(),
  calibrated: z.boolean(),
  unitSaid: z.literal(true).exactOptional(),
  samplingHz: z.number().positive(),
  sampleCount: z.number().int().nonnegative(),
  gain: z.number().exactOptional(),
  baseline: z.number().exactOptional(),
  resolutionBits: z.number().exactOptional(),
});

const note = z.object({
  kind: z.enum(['read', 'assumed', 'repaired', 'ignored', 'refused']),
  code: z.string(),
  message: z.string(),
  place: z.string().exactOptional(),
});

const words = z.string().nullable();

const header = z.object({
  format: z.string(),
  durationS: z.number().nonnegative(),
  start: words,
  leads: z.array(lead),
  patient: z.object({ id: words, name: words, birthDate: words, sex: words, age: words }),
  device: words,
  comments: z.array(z.string()),
  notes: z.array(note),
  synthetic: z.boolean(),
});

const names = z.array(z.string());

const seconds = z.number().nonnegative();

const composition = z.object({
  normal: seconds,
  af: seconds,
  other: seconds,
  noise: seconds,
  noSignal: seconds,
  uncertain: seconds,
});

/** Sums of rounded numbers: above 1 by as little as may be. */
const share = z.number().nonnegative();

const probabilities = z.object({
  normal: share,
  af: share,
  other: share,
  noise: share,
  ectopy: share,
});

const storedTextChoice = textChoiceSchema.extend({ remembered: z.literal(true).exactOptional() });

const modelCard = z.object({
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  threshold: z.number(),
  tellsEctopy: z.boolean(),
  predictionSets: predictionSetsSchema.exactOptional(),
  recordingHead: recordingHeadSchema.exactOptional(),
  context: windowContextSchema.exactOptional(),
  unlikeThreshold: z.number().exactOptional(),
  activationParts: z.number().exactOptional(),
});

export function parseModelCard(json: unknown): ModelCard | null {
  return modelCard.safeParse(json).data ?? null;
}

export function parseHeader(json: unknown): RecordingHeader | null {
  return header.safeParse(json).data ?? null;
}

export function parseComposition(json: unknown): Composition | null {
  return composition.safeParse(json).data ?? null;
}

export function parseProbabilities(json: unknown): ClassProbabilities | null {
  return json === null ? null : (probabilities.safeParse(json).data ?? null);
}

export function parseTextChoice(json: unknown): TextChoice | null {
  return json === null ? null : (storedTextChoice.safeParse(json).data ?? null);
}

export function parseChosenUnit(json: unknown): ChosenUnit | null {
  return json === null ? null : (chosenUnitSchema.safeParse(json).data ?? null);
}

export function parseUnitChoice(json: unknown): UnitChoice | null {
  return json === null ? null : (unitChoiceSchema.safeParse(json).data ?? null);
}

export function parseNames(json: unknown): readonly string[] {
  return names.safeParse(json).data ?? [];
}
