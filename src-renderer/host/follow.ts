/**
 * A state of the main process as the window knows it: asked for once, heard of from then on. News
 * that come while the answer is under way are newer than the answer, which can be overtaken.
 */
import type { EventName, Events } from '../../src-main/contract/events.ts';
import type { Transport } from './transport.ts';

export async function follow<K extends EventName>(
  host: Pick<Transport, 'on'>,
  event: K,
  ask: () => Promise<Events[K]>,
  take: (state: Events[K]) => void,
): Promise<void> {
  let isOvertaken = false;
  host.on(event, (state) => {
    isOvertaken = true;
    take(state);
  });
  const answer = await ask();
  if (!isOvertaken) take(answer);
}
