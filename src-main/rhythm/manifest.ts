/**
 * Loads a model: its manifest (models/MANIFEST.md), then the ONNX file that the manifest's SHA-256
 * names. What does not fit is refused here, in words, before onnxruntime sees a byte.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { ListedModel } from '../contract/model-shelf.ts';
import { RhythmarkError } from '../contract/errors.ts';
import {
  MOST_EVIDENCE,
  predictionSetsSchema,
  recordingHeadSchema,
  windowContextSchema,
  type ModelCard,
} from '../contract/model-card.ts';
import { PREPROCESSING } from '../signal/preprocess.ts';
import { evidenceRead } from './recording-head.ts';

/** Printed in exports, in tables and on the screen: a word, and no beginning of anything else. */
const word = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._+-]*$/u);
const line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u);

/** Of a manifest, and of a network: far above any that would run here in reasonable time. */
export const MOST_BYTES = { description: 2 ** 20, network: 2 ** 28 } as const;

const fields = z.object({
  manifestVersion: z.literal(1),
  name: word.max(80),
  version: word.max(40),
  description: line.optional(),
  figures: z.array(line).max(8).optional(),
  basedOn: z.object({ name: word.max(80), version: word.max(40) }).optional(),
  file: z
    .string()
    .min(1)
    .refine((file) => basename(file) === file, 'a file name without a folder'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i),
  input: z.object({
    name: z.string().min(1),
    shape: z.tuple([z.string(), z.literal(1), z.literal(1), z.literal(MODEL_WINDOW_SAMPLES)]),
    type: z.literal('float32'),
    samplingHz: z.literal(MODEL_SAMPLING_HZ),
    preprocessing: z.string(),
  }),
  outputs: z.object({
    name: z.string().min(1),
    order: z.array(z.string()).refine(isModelOrder, `the outputs ${MODEL_OUTPUTS.join(', ')}`),
    activation: z
      .object({ name: z.string().min(1), parts: z.number().int().min(1).max(250) })
      .optional(),
    unlike: z.object({ name: z.string().min(1), threshold: z.number().positive() }).optional(),
    evidence: z
      .object({ name: z.string().min(1), count: z.number().int().min(1).max(MOST_EVIDENCE) })
      .optional(),
  }),
  threshold: z.number().min(0).max(1),
  tellsEctopy: z.boolean(),
  predictionSets: predictionSetsSchema.optional(),
  recordingHead: recordingHeadSchema.optional(),
  context: windowContextSchema.optional(),
  trainingData: z
    .array(
      z.object({
        name: line.min(1),
        recordings: z.number().int().min(0),
        licence: line.optional(),
      }),
    )
    .max(100)
    .optional(),
});

const manifestSchema = fields.refine(
  ({ recordingHead: head, outputs }) =>
    !head || evidenceRead(head) === (outputs.evidence?.count ?? 0),
  'recordingHead reads as much evidence as outputs.evidence gives',
);

/** A model whose file is known to be the one its manifest describes. */
export interface CheckedModel {
  readonly card: ModelCard;
  readonly inputName: string;
  readonly outputName: string;
  /** Output of `parts` logits for each of MODEL_OUTPUTS; null where the graph has none. */
  readonly activation: { readonly name: string; readonly parts: number } | null;
  /** Output of one distance a window; null where the graph has none. */
  readonly unlikeName: string | null;
  /** Output of `count` numbers a window, for the recording head; null where the graph has none. */
  readonly evidence: { readonly name: string; readonly count: number } | null;
  /** The sets that it learned from; null where its manifest does not say. */
  readonly trainingData: readonly { readonly name: string; readonly recordings: number }[] | null;
  /** What it says of itself for people who choose between models. */
  readonly stated: Stated;
  /** The ONNX file. Sessions are made from these bytes, so what was checked is what runs. */
  readonly bytes: Uint8Array;
}

type Stated = Pick<
  Extract<ListedModel, { kind: 'usable' }>,
  'description' | 'figures' | 'basedOn' | 'learnedFrom'
>;

export const WHAT_TO_DO = 'Install Rhythmark again, or put the model back in its models folder.';

/** Throws RhythmarkError `model-unavailable`, which says what is wrong with which of the two files. */
export async function loadModel(manifestPath: string): Promise<CheckedModel> {
  const manifest = parseManifest(
    await readOrRefuse(manifestPath, 'description'),
    basename(manifestPath),
  );
  if (manifest.input.preprocessing !== PREPROCESSING) {
    throw unavailable(
      `The model ${manifest.name} ${manifest.version} was trained on signals prepared in another way (${manifest.input.preprocessing}; this program prepares ${PREPROCESSING}). ${WHAT_TO_DO}`,
    );
  }
  const bytes = await readOrRefuse(join(dirname(manifestPath), manifest.file), 'network');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== manifest.sha256.toLowerCase()) {
    throw unavailable(
      `The model file ${manifest.file} is damaged or was exchanged: its checksum is not the one in its description. ${WHAT_TO_DO}`,
      `SHA-256 is ${sha256}, expected ${manifest.sha256.toLowerCase()}`,
    );
  }
  return {
    card: cardOf(manifest, sha256),
    inputName: manifest.input.name,
    outputName: manifest.outputs.name,
    activation: manifest.outputs.activation ?? null,
    unlikeName: manifest.outputs.unlike?.name ?? null,
    evidence: manifest.outputs.evidence ?? null,
    trainingData: manifest.trainingData ?? null,
    stated: statedBy(manifest),
    bytes,
  };
}

function statedBy(manifest: z.infer<typeof manifestSchema>): Stated {
  const { description, figures, basedOn, trainingData } = manifest;
  return {
    description: description ?? null,
    figures: figures ?? [],
    basedOn: basedOn ? `${basedOn.name} ${basedOn.version}` : null,
    learnedFrom: (trainingData ?? []).map(({ name, licence }) => ({
      name,
      licence: licence ?? null,
    })),
  };
}

function cardOf(manifest: z.infer<typeof manifestSchema>, sha256: string): ModelCard {
  const { name, version, threshold, tellsEctopy, outputs } = manifest;
  const { predictionSets, recordingHead, context } = manifest;
  const { activation, unlike } = outputs;
  return {
    ...{ name, version, sha256, threshold, tellsEctopy },
    ...(predictionSets && { predictionSets }),
    ...(recordingHead && { recordingHead }),
    ...(context && { context }),
    ...(unlike && { unlikeThreshold: unlike.threshold }),
    ...(activation && { activationParts: activation.parts }),
  };
}

function parseManifest(bytes: Uint8Array, name: string): z.infer<typeof manifestSchema> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unavailable(
      `The model's description ${name} is damaged. ${WHAT_TO_DO}`,
      error instanceof Error ? error.message : undefined,
    );
  }
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unavailable(
    `The model's description ${name} does not fit this version of Rhythmark. ${WHAT_TO_DO}`,
    issue && `${issue.path.join('.')}: ${issue.message}`,
  );
}

async function readOrRefuse(path: string, what: 'description' | 'network'): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size <= MOST_BYTES[what]) return await readFile(path);
  } catch (error) {
    throw unavailable(
      `The model's ${what} ${basename(path)} cannot be read. ${WHAT_TO_DO}`,
      error instanceof Error && 'code' in error ? String(error.code) : undefined,
    );
  }
  throw unavailable(
    `The model's ${what} ${basename(path)} is larger than ${MOST_BYTES[what] / 2 ** 20} MB. ${WHAT_TO_DO}`,
  );
}

function isModelOrder(order: readonly string[]): boolean {
  return order.length === MODEL_OUTPUTS.length && order.every((o, i) => o === MODEL_OUTPUTS[i]);
}

export function unavailable(message: string, detail?: string): RhythmarkError {
  return new RhythmarkError('model-unavailable', message, detail);
}
