/** Recordings that wait to be classified: in the order added, what was looked at last before all. */
import type { RecordingId } from '../contract/domain.ts';
import type { Unfinished } from './windows-left.ts';

export interface QueuedRecording {
  readonly id: RecordingId;
  readonly name: string;
  /** Null until the header was read. */
  readonly durationS: number | null;
}

export class AnalysisQueue {
  readonly #waiting = new Map<RecordingId, QueuedRecording>();
  /** Latest last; may hold ids that are no longer waiting. */
  #lookedAt: RecordingId[] = [];

  get size(): number {
    return this.#waiting.size;
  }

  has(id: RecordingId): boolean {
    return this.#waiting.has(id);
  }

  /** False where it was waiting already. */
  add(recording: QueuedRecording): boolean {
    if (this.#waiting.has(recording.id)) return false;
    this.#waiting.set(recording.id, recording);
    return true;
  }

  lookAt(id: RecordingId): void {
    if (this.#waiting.has(id)) this.#lookedAt.push(id);
  }

  learnDuration(id: RecordingId, durationS: number): void {
    const recording = this.#waiting.get(id);
    if (recording) this.#waiting.set(id, { ...recording, durationS });
  }

  take(): QueuedRecording | undefined {
    for (;;) {
      const id = this.#lookedAt.pop() ?? this.#waiting.keys().next().value;
      if (id === undefined) return undefined;
      const recording = this.remove(id);
      if (recording) return recording;
    }
  }

  remove(id: RecordingId): QueuedRecording | undefined {
    const recording = this.#waiting.get(id);
    this.#waiting.delete(id);
    return recording;
  }

  ids(): RecordingId[] {
    return [...this.#waiting.keys()];
  }

  /** Empties the queue; answers what was in it. */
  clear(): RecordingId[] {
    const ids = [...this.#waiting.keys()];
    this.#waiting.clear();
    this.#lookedAt = [];
    return ids;
  }

  unfinished(): Unfinished[] {
    return [...this.#waiting.values()].map(({ durationS }) => ({ durationS, progress: 0 }));
  }
}
