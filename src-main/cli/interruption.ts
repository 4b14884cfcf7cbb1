/** Ctrl-C and a polite kill, for commands that have something to tidy up. */
import { EXIT } from './command.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  end(): void;
}

/** Aborts at the first signal; the second ends the program on the spot. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.someFailed);
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    end: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
