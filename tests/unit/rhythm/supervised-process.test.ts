import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProcessHandle } from '../../../src-main/rhythm/port.ts';
import type { FromProcess, ToProcess } from '../../../src-main/rhythm/protocol.ts';
import { SupervisedProcess } from '../../../src-main/rhythm/supervised-process.ts';

const PATIENCE = { startMs: 10_000, silenceMs: 1_000, stallMs: 5_000 };

/** A process that is up and has nothing to do. */
function idle() {
  let say: (message: FromProcess) => void = () => undefined;
  const kill = vi.fn<() => void>();
  const handle: ProcessHandle = {
    post: () => undefined,
    onMessages: (listener) => {
      say = (message) => listener([message]);
    },
    onExit: () => undefined,
    kill,
  };
  const start: ToProcess = { type: 'start', manifestPath: '', providers: 'probe' };
  const events = { onMessage: () => undefined, onGone: () => undefined };
  const process = new SupervisedProcess(() => handle, start, events, PATIENCE);
  process.phase = 'ready';
  return { process, kill, say };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a process without work', () => {
  test('may be silent for as long as it likes', () => {
    const { kill } = idle();
    vi.advanceTimersByTime(100 * PATIENCE.silenceMs);
    expect(kill).not.toHaveBeenCalled();
  });

  // It gets no job before it has answered, so that nothing else would ever be waited for in vain.
  test('is ended where it owes an answer to a roll call and gives none', () => {
    const { process, kill } = idle();
    process.post({ type: 'are-you-there', call: 1 });
    vi.advanceTimersByTime(PATIENCE.silenceMs);
    expect(kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(PATIENCE.silenceMs);
    expect(kill).toHaveBeenCalled();
  });

  test('is left alone once it has answered every call', () => {
    const { process, kill, say } = idle();
    process.post({ type: 'are-you-there', call: 1 });
    process.post({ type: 'are-you-there', call: 2 });
    say({ type: 'here', call: 1 });
    say({ type: 'here', call: 2 });
    vi.advanceTimersByTime(100 * PATIENCE.silenceMs);
    expect(kill).not.toHaveBeenCalled();
  });

  test('is ended where it has answered one call of two', () => {
    const { process, kill, say } = idle();
    process.post({ type: 'are-you-there', call: 1 });
    process.post({ type: 'are-you-there', call: 2 });
    say({ type: 'here', call: 1 });
    vi.advanceTimersByTime(2 * PATIENCE.silenceMs);
    expect(kill).toHaveBeenCalled();
  });
});
