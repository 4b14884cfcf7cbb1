/**
 * A file in blocks, one after the other: while one is worked on, the next are being read by the
 * system's own threads, into memory that is used again and again.
 */
import { cutOff, type ByteSource } from './byte-source.ts';

export interface Block {
  readonly at: number;
  readonly length: number;
}

/** Blocks on their way while one is worked on; more gain nothing on a disk in this machine. */
const AHEAD = 2;
/** Blocks of up to this size share the memory that is kept. */
const KEPT_BYTES = 1 << 18;
/** Enough for a few recordings that are read at a time: 3 MB. */
const MOST_KEPT = 12;

/**
 * Memory of blocks that are done. Made anew for each, it cost as much as reading into it: fresh
 * pages from the system, and a collection of garbage every few blocks.
 */
const kept: Uint8Array[] = [];

/**
 * Hands over blocks in their order. The bytes are valid during the call only. `damaged-file` where
 * the file, which is called `what`, ends inside of a block: it is not what it was when it was opened.
 */
export async function eachBlock<B extends Block>(
  source: ByteSource,
  what: string,
  blocks: readonly B[],
  visit: (bytes: Uint8Array, block: B) => void,
): Promise<void> {
  const coming: Promise<Loan>[] = [];
  try {
    for (const [index, block] of blocks.entries()) {
      for (const next of blocks.slice(index + coming.length, index + 1 + AHEAD))
        coming.push(started(source, next));
      const loan = await coming.shift();
      if (!loan) continue;
      if (loan.bytes.length < block.length) {
        const end = loan.bytes.length;
        throw cutOff(what, block.at + end, block.length - end);
      }
      visit(loan.bytes, block);
      giveBack(loan);
    }
  } finally {
    // After an error the others are let go; the file may be closed as soon as this returns.
    for (const outcome of await Promise.allSettled(coming))
      if (outcome.status === 'fulfilled') giveBack(outcome.value);
  }
}

interface Loan {
  readonly bytes: Uint8Array;
  /** What `bytes` is a part of, to be kept for the next block; null where it is the source's own. */
  readonly memory: Uint8Array | null;
}

/** A read that fails while another is waited for is not forgotten: it is waited for later. */
function started(source: ByteSource, block: Block): Promise<Loan> {
  const read = load(source, block);
  read.catch(() => undefined);
  return read;
}

async function load(source: ByteSource, { at, length }: Block): Promise<Loan> {
  if (!source.readInto || length > KEPT_BYTES)
    return { bytes: await source.read(at, length), memory: null };
  const memory = kept.pop() ?? new Uint8Array(KEPT_BYTES);
  const filled = await source.readInto(memory.subarray(0, length), at);
  return { bytes: memory.subarray(0, filled), memory };
}

function giveBack({ memory }: Loan): void {
  if (memory && kept.length < MOST_KEPT) kept.push(memory);
}
