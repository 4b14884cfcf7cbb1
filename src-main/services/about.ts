/** What the About panel and the status bar say of the program itself. */
import { RESEARCH_NOTICE } from '../contract/conventions.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { About } from '../contract/program.ts';
import type { Announce } from '../contract/events.ts';
import { FORMATS } from '../formats/index.ts';
import type { Analyst, PoolState } from '../rhythm/job.ts';

export interface Program {
  readonly version: string;
  readonly host: About['host'];
}

const GROUPS = ['Ambulatory', 'Resting', 'Research'] as const;

export function aboutOf(
  program: Program,
  state: PoolState,
  lastModel: ModelCard | null,
  modelNotice: string | null,
  libraryNotice: string | null,
): About {
  return {
    version: program.version,
    host: program.host,
    notice: RESEARCH_NOTICE,
    model: state.model ?? (state.modelFailure ? null : lastModel),
    provider: providerOf(state),
    modelFailure: state.modelFailure?.message ?? null,
    modelNotice,
    libraryNotice,
    formats: GROUPS.flatMap((group) => {
      const names = FORMATS.filter((format) => format.group === group).map(({ name }) => name);
      return names.length === 0 ? [] : [{ group, names: names.join(', ') }];
    }),
  };
}

function providerOf({ provider, processes }: PoolState): string | null {
  if (provider === null || processes === 0) return provider; // one that died is being started again
  return `${provider}, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

/** Tells the windows when what the About panel shows is different. */
export function aboutTeller(
  { analyst, announce }: { readonly analyst: Analyst; readonly announce: Announce },
  about: () => About,
): { close(): void } {
  let told = JSON.stringify(about());
  const stop = analyst.onState(() => {
    const now = about();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    announce('about-changed', now);
  });
  return { close: stop };
}
