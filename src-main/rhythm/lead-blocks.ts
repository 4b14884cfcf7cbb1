/**
 * The windows of several leads of one recording, block by block, reading every sample once. Leads
 * of one rate share their reads, because most formats interleave them; whoever wants all samples
 * of the recording (the envelope) sees them as they pass.
 */
import type { Lead } from '../contract/domain.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { preprocessLead, type PreprocessedBlock } from '../signal/preprocess.ts';
import { planWindows } from '../signal/windows.ts';

export interface LeadBlock extends PreprocessedBlock {
  readonly leadIndex: number;
  readonly isLast: boolean;
}

/** Sees the samples of all leads, those of one rate together: each sample once and in order. */
export type SampleWitness = (
  leads: readonly number[],
  samples: readonly Float32Array[],
) => Promise<void>;

export interface BlocksRequest {
  readonly reader: Pick<RecordingReader, 'header' | 'read'>;
  /** Leads to prepare for the network. */
  readonly leads: readonly number[];
  /** Null when nobody wants the other leads, which are then not read. */
  readonly witness: SampleWitness | null;
  readonly signal: AbortSignal;
  /** Called with each block read: proof of work for the heartbeat. */
  readonly onRead: () => void;
}

/** Windows that a lead will have. */
export function windowCountOf(lead: Lead): number {
  return planWindows(lead).startS.length;
}

/** Blocks of one lead come in order; those of several leads of one rate alternate. */
export async function* leadBlocks(request: BlocksRequest): AsyncGenerator<LeadBlock> {
  for (const group of groupsByShape(request)) {
    const reads = new SharedReads(request, group);
    const turns = group.chosen.map((leadIndex) => ({
      leadIndex,
      blocks: preprocessLead((from, to) => reads.lead(leadIndex, from, to), group.shape, {
        signal: request.signal,
      }),
    }));
    const count = planWindows(group.shape).startS.length;
    for (let open = turns; open.length > 0;) {
      const still: typeof turns = [];
      for (const turn of open) {
        const step = await turn.blocks.next();
        if (step.done === true) continue;
        const isLast = step.value.first + step.value.startS.length >= count;
        yield { ...step.value, leadIndex: turn.leadIndex, isLast };
        still.push(turn);
      }
      open = still;
    }
    await reads.rest();
  }
}

interface Group {
  readonly shape: { readonly samplingHz: number; readonly sampleCount: number };
  readonly chosen: readonly number[];
  /** Leads that are read: the chosen ones, or all of this shape when there is a witness. */
  readonly read: readonly number[];
}

function groupsByShape({ reader, leads, witness }: BlocksRequest): Group[] {
  const wanted = witness === null ? leads : reader.header.leads.map((_, index) => index);
  const groups = new Map<string, Group & { chosen: number[]; read: number[] }>();
  for (const index of new Set([...leads, ...wanted])) {
    const lead = reader.header.leads[index];
    if (lead === undefined) continue;
    const key = `${lead.samplingHz}:${lead.sampleCount}`;
    const group = groups.get(key) ?? { shape: lead, chosen: [], read: [] };
    groups.set(key, group);
    group.read.push(index);
    if (leads.includes(index)) group.chosen.push(index);
  }
  return [...groups.values()];
}

/** Samples read at a time where no lead is classified: 1 M values over all leads. */
const REST_VALUES = 1 << 20;

class SharedReads {
  readonly #request: BlocksRequest;
  readonly #group: Group;
  #from = -1;
  #to = -1;
  #samples: Float32Array[] = [];
  /** Samples that the witness has seen. */
  #seen = 0;

  constructor(request: BlocksRequest, group: Group) {
    this.#request = request;
    this.#group = group;
  }

  /** Samples of one lead; the others of the group ask for the same range next and find it here. */
  async lead(index: number, from: number, to: number): Promise<Float32Array> {
    if (from !== this.#from || to !== this.#to) {
      this.#samples = await this.#request.reader.read(this.#group.read, from, to);
      [this.#from, this.#to] = [from, to];
      this.#request.onRead();
      await this.#show(from, to);
    }
    return this.#samples[this.#group.read.indexOf(index)] ?? new Float32Array(0);
  }

  /** What no window reached, for the witness: a short tail, or a lead that is not classified. */
  async rest(): Promise<void> {
    if (this.#request.witness === null) return;
    const { sampleCount } = this.#group.shape;
    const step = Math.max(1, Math.floor(REST_VALUES / this.#group.read.length));
    while (this.#seen < sampleCount) {
      this.#request.signal.throwIfAborted();
      const to = Math.min(sampleCount, this.#seen + step);
      this.#samples = await this.#request.reader.read(this.#group.read, this.#seen, to);
      this.#request.onRead();
      await this.#show(this.#seen, to);
    }
  }

  /** Blocks overlap by the filters' margins; the witness sees each sample once. */
  async #show(from: number, to: number): Promise<void> {
    const { witness } = this.#request;
    if (witness === null || to <= this.#seen) return;
    const fresh = this.#samples.map((samples) => samples.subarray(this.#seen - from, to - from));
    await witness(this.#group.read, fresh);
    this.#seen = to;
  }
}
