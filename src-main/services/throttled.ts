/** `work` at most once every `everyMs`: at once after a quiet time, and once more after a burst. */
export interface Throttled {
  /** Does the work now or soon. */
  soon(): void;
  /** Does the work now, whatever was done before. */
  now(): void;
  close(): void;
}

export function throttled(everyMs: number, work: () => void): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, everyMs).unref();
    work();
  };
  return {
    soon() {
      if (timer) again = true;
      else run();
    },
    now: run,
    close() {
      clearTimeout(timer);
    },
  };
}
