/** Does one job: opens the recording, chooses its leads, prepares, infers, tells what it found. */
import { MODEL_OUTPUTS, type ActivationMap, type WindowVerdicts } from '../contract/domain.ts';
import type { WindowContext } from '../contract/model-card.ts';
import { contentDigest } from '../formats/content-digest.ts';
import { openRecording } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { createEnvelopeFile } from '../signal/envelope-file.ts';
import { preprocessWindow } from '../signal/preprocess.ts';
import { chooseLeads } from './choose-lead.ts';
import type { ActivationJob, AnalysisJob, AnalysisResult, Findings } from './job.ts';
import { leadBlocks, windowCountOf, type SampleWitness } from './lead-blocks.ts';
import { LeadVerdicts } from './lead-verdicts.ts';
import type { Answer } from './session.ts';

/** What the process lends to a job. */
export interface JobContext {
  readonly signal: AbortSignal;
  /** Null where the model judges each window by itself. */
  readonly windowContext: WindowContext | null;
  /** The answer to the rows that are marked analysable, NaN in the others. */
  classify(input: Float32Array, analysable: Uint8Array): Promise<Answer>;
  /** `ActivationMap.logits` of one window, null where the model has none. */
  activation(window: Float32Array): Promise<Float32Array | null>;
  /** Waits for this job's turn, before every block but the first. */
  turn(): Promise<void>;
  /** The last block is read: the next job may begin. */
  onLastBlock(): void;
  /** A block was read: proof of work for the heartbeat. */
  onRead(): void;
  onProgress(fraction: number): void;
  onFindings(findings: Findings): void;
}

/** What a job finds that looks for something else. */
const NOTHING = { verdicts: [], digest: null, activation: null } as const;

/** Throws what the reader throws, `model-unavailable`, or `cancelled`. Leaves nothing half written. */
export async function runJob(job: AnalysisJob, context: JobContext): Promise<AnalysisResult> {
  const { part, textChoice, unit = null } = job;
  const reader = await openRecording(job.path, { part, textChoice, unit, waiting: 'here' });
  try {
    context.onRead();
    if (job.kind === 'digest') {
      const digest = await digestOf(reader, context);
      return { ...NOTHING, header: reader.header, digest };
    }
    if (job.kind === 'activation') {
      const activation = await activationOf(reader, job, context);
      return { ...NOTHING, header: reader.header, activation };
    }
    const leads = job.kind === 'classify' ? await chooseLeads(reader, job.leads) : [];
    const verdicts = await withEnvelope(job.envelopePath, reader, (witness) =>
      classifyLeads(reader, leads, witness, context),
    );
    return { ...NOTHING, header: reader.header, verdicts };
  } finally {
    await reader.close();
  }
}

async function activationOf(
  reader: RecordingReader,
  { leadIndex, window }: ActivationJob,
  context: JobContext,
): Promise<ActivationMap | null> {
  const { signal } = context;
  const lead = reader.header.leads[leadIndex];
  if (lead === undefined) return null;
  const read = async (from: number, to: number): Promise<Float32Array> => {
    const [samples] = await reader.read([leadIndex], from, to);
    context.onRead();
    return samples ?? new Float32Array(0);
  };
  const block = await preprocessWindow(read, lead, window, { signal });
  if (block === null || block.analysable[0] !== 1) return null;
  const logits = await context.activation(block.input);
  if (logits === null) return null;
  const [startS = NaN, endS = NaN] = [block.startS[0], block.endS[0]];
  return { leadIndex, startS, endS, parts: logits.length / MODEL_OUTPUTS.length, logits };
}

function digestOf(reader: RecordingReader, context: JobContext): Promise<string> {
  return contentDigest(reader, {
    signal: context.signal,
    onBlock: async (done) => {
      context.onRead();
      context.onProgress(done);
      if (done < 1) await context.turn();
    },
  });
}

/** Lends a witness that puts all samples into the envelope; the file is there whole or not at all. */
async function withEnvelope<T>(
  path: string | null,
  reader: RecordingReader,
  pass: (witness: SampleWitness | null) => Promise<T>,
): Promise<T> {
  if (path === null) return pass(null);
  const counts = reader.header.leads.map((lead) => lead.sampleCount);
  const envelope = await createEnvelopeFile(path, counts);
  try {
    const result = await pass(async (leads, samples) => {
      for (const [at, lead] of leads.entries()) {
        const values = samples[at];
        if (values !== undefined) await envelope.push(lead, values);
      }
    });
    await envelope.finish();
    return result;
  } catch (error) {
    await envelope.discard();
    throw error;
  }
}

async function classifyLeads(
  reader: RecordingReader,
  leads: readonly number[],
  witness: SampleWitness | null,
  context: JobContext,
): Promise<WindowVerdicts[]> {
  const found = new Map(
    leads.map((index) => {
      const lead = reader.header.leads[index];
      const windows = lead === undefined ? 0 : windowCountOf(lead);
      return [index, new LeadVerdicts(index, windows, context.windowContext)];
    }),
  );
  const total = [...found.values()].reduce((sum, lead) => sum + lead.windowCount, 0);
  let done = 0;
  const blocks = leadBlocks({
    reader,
    leads,
    witness,
    signal: context.signal,
    onRead: () => context.onRead(),
  });
  for await (const block of blocks) {
    const lead = found.get(block.leadIndex);
    if (lead === undefined) continue;
    const isLast = done + block.startS.length >= total;
    if (isLast) context.onLastBlock();
    const answer = await context.classify(block.input, block.analysable);
    const findings = lead.add(block, answer);
    done += block.startS.length;
    const isNews = findings.startS.length > 0 && (!isLast || block.first > 0);
    if (isNews) context.onFindings(findings);
    if (isLast) continue;
    context.onProgress(done / total);
    // Not before the first block: a recording that has no other is through at once.
    await context.turn();
  }
  return leads.flatMap((index) => found.get(index)?.verdicts ?? []);
}
