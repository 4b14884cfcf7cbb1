/**
 * Collects windows from all recordings in work into full batches. A 30-second recording has three
 * windows: run by itself it would pay for eight. A partial batch runs only when nobody in work can
 * add to it.
 */
import { MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { GiveWay } from './give-way.ts';
import { BATCH_WINDOWS, type Answer, type RhythmSession } from './session.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/** Windows of one block that were asked for together. */
interface Order {
  readonly input: Float32Array;
  /** Rows of `input` to classify, in order, and how many of them are in batches so far. */
  readonly rows: readonly number[];
  taken: number;
  answered: number;
  readonly answer: Answer;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Place {
  readonly order: Order;
  readonly row: number;
}

export class WindowBatcher {
  readonly #session: RhythmSession;
  readonly #way: GiveWay;
  readonly #onBatch: () => void;
  readonly #batch = new Float32Array(BATCH_WINDOWS * MODEL_WINDOW_SAMPLES);
  #orders: Order[] = [];
  /** Recordings that are reading or preparing: each may still add windows. */
  #busy = 0;
  #running = false;

  /** `onBatch` is called after each batch: proof of work for the heartbeat. */
  constructor(session: RhythmSession, way: GiveWay, onBatch: () => void) {
    this.#session = session;
    this.#way = way;
    this.#onBatch = onBatch;
  }

  /** A recording is in work from here until `leave`; while it awaits `classify` it does not count. */
  enter(): void {
    this.#busy += 1;
  }

  leave(): void {
    this.#busy -= 1;
    this.#runSoon();
  }

  /**
   * The answer to every row of `input` (rows x MODEL_WINDOW_SAMPLES) that `analysable` marks; NaN
   * in the others. Rejects `cancelled` between batches once `signal` is
   * aborted, and with what the session throws.
   */
  classify(input: Float32Array, analysable: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const found: Answer = {
      probabilities: new Float32Array(analysable.length * OUTPUTS).fill(NaN),
      unlike: new Float32Array(analysable.length).fill(NaN),
      evidence: new Float32Array(analysable.length * this.#session.evidenceCount).fill(NaN),
    };
    const rows = Array.from(analysable.keys()).filter((row) => analysable[row] === 1);
    if (rows.length === 0) return Promise.resolve(found);
    this.#busy -= 1;
    const answer = new Promise<Answer>((resolve, reject) => {
      const progress = { taken: 0, answered: 0 };
      this.#orders.push({ input, rows, ...progress, answer: found, signal, resolve, reject });
    });
    this.#runSoon();
    return answer.finally(() => {
      this.#busy += 1;
    });
  }

  /** `RhythmSession.activation`; goes between two batches, since a person waits for it. */
  async activation(window: Float32Array): Promise<Float32Array | null> {
    const logits = await this.#session.activation(window);
    this.#onBatch();
    return logits;
  }

  #waitingWindows(): number {
    return this.#orders.reduce((sum, order) => sum + order.rows.length - order.taken, 0);
  }

  #runSoon(): void {
    if (this.#running) return;
    const waiting = this.#waitingWindows();
    if (waiting === 0 || (waiting < BATCH_WINDOWS && this.#busy > 0)) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
      this.#runSoon();
    });
  }

  /** One batch. Never rejects: a failure goes to the orders that it belongs to. */
  async #run(): Promise<void> {
    await this.#way.passed();
    this.#dropCancelled();
    const places = this.#fill();
    if (places.length === 0) return;
    try {
      const batch = await this.#session.classify(this.#batch, places.length);
      places.forEach((place, index) => keep(place, batch, index));
    } catch (error) {
      const failed = new Set(places.map(({ order }) => order));
      this.#orders = this.#orders.filter((order) => !failed.has(order));
      failed.forEach((order) => order.reject(error));
    }
    this.#onBatch();
  }

  #dropCancelled(): void {
    this.#orders = this.#orders.filter((order) => {
      if (!order.signal.aborted) return true;
      order.reject(new RhythmarkError('cancelled', 'Cancelled.'));
      return false;
    });
  }

  /** Copies the next windows into the batch, first come first served. */
  #fill(): Place[] {
    const places: Place[] = [];
    for (const order of this.#orders) {
      while (order.taken < order.rows.length && places.length < BATCH_WINDOWS) {
        const row = order.rows[order.taken++] ?? 0;
        const from = row * MODEL_WINDOW_SAMPLES;
        this.#batch.set(
          order.input.subarray(from, from + MODEL_WINDOW_SAMPLES),
          places.length * MODEL_WINDOW_SAMPLES,
        );
        places.push({ order, row });
      }
      if (places.length === BATCH_WINDOWS) break;
    }
    this.#orders = this.#orders.filter((order) => order.taken < order.rows.length);
    return places;
  }
}

function keep({ order, row }: Place, batch: Answer, index: number): void {
  const { probabilities, unlike, evidence } = order.answer;
  copyRow(batch.probabilities, index, probabilities, row, OUTPUTS);
  unlike[row] = batch.unlike[index] ?? NaN;
  copyRow(batch.evidence, index, evidence, row, evidence.length / unlike.length);
  order.answered += 1;
  if (order.answered === order.rows.length) order.resolve(order.answer);
}

function copyRow(
  from: Float32Array,
  fromRow: number,
  to: Float32Array,
  toRow: number,
  width: number,
): void {
  to.set(from.subarray(fromRow * width, (fromRow + 1) * width), toRow * width);
}
