import { describe, expect, test } from 'vitest';
import { exportScopes } from '../../../src-renderer/views/dialogs/export-scopes.ts';
import { found } from '../../../src-renderer/views/dialogs/palette.ts';
import { storedPerMv, unitWords } from '../../../src-renderer/views/unit-words.ts';
import { choiceOf, openQuestion } from '../../../src-renderer/views/dialogs/text-choice.ts';
import type { Command } from '../../../src-renderer/commands/registry.ts';
import { row } from './rows.ts';

describe('what an export can be of', () => {
  const rows = [row(), row(), row({ status: 'waiting' }), row({ status: 'failed' })];
  const ids = rows.map(({ id }) => id);
  const [first = '', second = '', third = ''] = ids;

  test('is the selection first, then this recording, what is shown, the whole list', () => {
    const scopes = exportScopes({
      openId: first,
      selected: [first, second],
      shown: [first, second, third],
      rows,
    });
    expect(scopes.map(({ kind }) => kind)).toEqual(['selection', 'this', 'shown', 'all']);
  });

  test('says how many of them have no verdicts', () => {
    const scopes = exportScopes({ openId: first, selected: [], shown: ids, rows });
    expect(scopes.map(({ kind, unfinished }) => [kind, unfinished])).toEqual([
      ['this', 0],
      ['all', 2],
    ]);
  });

  test('names no recordings for the whole list, which may be longer than a call can carry', () => {
    const all = exportScopes({ openId: null, selected: [], shown: ids, rows }).at(-1);
    expect(all?.ids).toBeUndefined();
  });
});

describe('find or run', () => {
  const command = (title: string): Command => ({
    id: title,
    title,
    group: 'Window',
    keys: [],
    run: () => undefined,
  });
  const commands = [command('Open files'), command('Find or run'), command('Reopen')];

  test('shows the commands alone before a word is typed', () => {
    expect(found('', commands, [row()]).map(({ kind }) => kind)).toEqual([
      'command',
      'command',
      'command',
    ]);
  });

  test('puts what begins with the words first', () => {
    const keys = found('open', commands, [row({ name: 'open-heart' })]).map((finding) =>
      finding.kind === 'command' ? finding.command.title : finding.row.name,
    );
    expect(keys).toEqual(['Open files', 'open-heart', 'Reopen']);
  });

  test('asks for every word', () => {
    expect(found('open window', commands, [])).toHaveLength(2);
    expect(found('open absent', commands, [])).toHaveLength(0);
  });
});

describe('what a text file leaves open', () => {
  const preview = {
    holds: 'table' as const,
    delimiter: ';',
    decimal: ',' as const,
    headerRows: 1,
    columns: [
      { name: 't', role: 'ignore' as const, first: ['0'] },
      { name: 'II', role: 'lead' as const, first: ['0,1'] },
    ],
    samplingHz: null,
    unit: 'mV' as const,
    open: ['samplingHz' as const],
    trace: null,
  };

  test('is asked until there is a lead and a rate or a time', () => {
    const choice = choiceOf(preview);
    expect(choice.delimiter).toBe(';');
    expect(openQuestion(choice)).toContain('how fast');
    expect(openQuestion({ ...choice, samplingHz: 250 })).toBeNull();
    expect(openQuestion({ ...choice, roles: ['time', 'lead'] })).toBeNull();
    expect(openQuestion({ ...choice, roles: ['time', 'ignore'] })).toContain('leads');
  });
});

describe('a gain as it is typed', () => {
  test('is a number above 0 that a recorder can have, with a point or a comma', () => {
    expect(['200', ' 4,88 ', '0.5', '1e3'].map(storedPerMv)).toEqual([200, 4.88, 0.5, 1000]);
    for (const text of ['', ' ', '0', '-1', 'abc', '1e-9', '1e12', 'Infinity', 'NaN']) {
      expect(storedPerMv(text), text).toBeNull();
    }
  });

  test('is said in words', () => {
    expect(unitWords({ kind: 'perMv', stored: 1234.5 })).toBe('1,234.5 stored units per mV');
    expect(unitWords({ kind: 'uV' })).toBe('stored in \u00b5V');
  });
});
