/** What the About panel and the status bar say of the program itself. */
import { RESEARCH_NOTICE } from '../contract/conventions.ts';
import type { About, ModelCard } from '../contract/domain.ts';
import { FORMATS } from '../formats/index.ts';
import type { PoolState } from '../rhythm/job.ts';

export interface Program {
  readonly version: string;
  readonly host: About['host'];
}

const GROUPS = ['Ambulatory', 'Resting', 'Research'] as const;

export function aboutOf(
  program: Program,
  state: PoolState,
  lastModel: ModelCard | null,
  libraryNotice: string | null,
): About {
  return {
    version: program.version,
    host: program.host,
    notice: RESEARCH_NOTICE,
    model: state.model ?? (state.modelFailure ? null : lastModel),
    provider: providerOf(state),
    modelFailure: state.modelFailure?.message ?? null,
    libraryNotice,
    formats: GROUPS.flatMap((group) => {
      const names = FORMATS.filter((format) => format.group === group).map(({ name }) => name);
      return names.length === 0 ? [] : [{ group, names: names.join(', ') }];
    }),
  };
}

function providerOf({ provider, processes }: PoolState): string | null {
  if (provider === null) return null;
  return `${provider}, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}
