import { describe, expect, test } from 'vitest';
import type { Events } from '../../../src-main/contract/events.ts';
import { follow } from '../../../src-renderer/host/follow.ts';

type Progress = Events['content-progress'];
const COMPARING: Progress = { state: 'comparing', done: 1, total: 2 };
const OVER: Progress = { state: 'idle', done: 0, total: 0 };

/** A host whose answer and news come when the test says so. */
class HostOfOneState {
  readonly taken: Progress[] = [];
  readonly #answer = Promise.withResolvers<Progress>();
  readonly #listeners: ((state: Progress) => void)[] = [];
  readonly done = follow<'content-progress'>(
    {
      on: (_, listener) => {
        // The checked boundary of a test: only this one event is followed.
        this.#listeners.push(listener as (state: Progress) => void);
        return () => undefined;
      },
    },
    'content-progress',
    () => this.#answer.promise,
    (state) => this.taken.push(state),
  );

  tell(state: Progress): void {
    for (const listener of this.#listeners) listener(state);
  }

  async answer(state: Progress): Promise<void> {
    this.#answer.resolve(state);
    await this.done;
  }
}

describe('a state that is followed', () => {
  test('is what was answered, then what is told', async () => {
    const host = new HostOfOneState();
    await host.answer(COMPARING);
    host.tell(OVER);
    expect(host.taken).toEqual([COMPARING, OVER]);
  });

  test('stays as it was told where the answer comes after the news', async () => {
    const host = new HostOfOneState();
    host.tell(OVER);
    await host.answer(COMPARING);
    expect(host.taken).toEqual([OVER]);
  });
});
