/** What "Find or run" finds: commands by their words, recordings by name, patient or folder. */
import type { WorklistRow } from '../../../src-main/contract/domain.ts';
import type { Command } from '../../commands/registry.ts';

export type Finding =
  | { readonly kind: 'command'; readonly key: string; readonly command: Command }
  | { readonly kind: 'recording'; readonly key: string; readonly row: WorklistRow };

/** More would not be read; the filter of the worklist shows them all. */
const MOST = 40;

/**
 * Every word must occur. What begins with the words comes first; without words, commands alone.
 */
export function found(
  text: string,
  commands: readonly Command[],
  rows: readonly WorklistRow[],
): readonly Finding[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const asCommand = (command: Command): Finding => ({ kind: 'command', key: command.id, command });
  const asRow = (row: WorklistRow): Finding => ({ kind: 'recording', key: row.id, row });
  if (words.length === 0) return commands.map(asCommand).slice(0, MOST);
  const fits = (haystack: string): boolean => words.every((word) => haystack.includes(word));
  const starts = (name: string): boolean => name.toLowerCase().startsWith(words[0] ?? '');
  const fittingRows = rows.filter((row) =>
    fits(`${row.name} ${row.patientId ?? ''} ${row.folder}`.toLowerCase()),
  );
  const fittingCommands = commands.filter((command) =>
    fits(`${command.title} ${command.group}`.toLowerCase()),
  );
  return [
    ...fittingCommands.filter((command) => starts(command.title)).map(asCommand),
    ...fittingRows.filter((row) => starts(row.name)).map(asRow),
    ...fittingCommands.filter((command) => !starts(command.title)).map(asCommand),
    ...fittingRows.filter((row) => !starts(row.name)).map(asRow),
  ].slice(0, MOST);
}
