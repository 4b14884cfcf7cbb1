import { describe, expect, test, vi } from 'vitest';
import {
  chordKey,
  chordLabel,
  chordOf,
  parseChord,
  type Press,
} from '../../../src-renderer/commands/chord.ts';
import {
  conflictsIn,
  createRegistry,
  type Command,
} from '../../../src-renderer/commands/registry.ts';
import { shellCommands, type ShellActs } from '../../../src-renderer/commands/shell.ts';
import { worklistCommands, type WorklistActs } from '../../../src-renderer/commands/worklist.ts';

function press(key: string, held: Partial<Press> = {}): Press {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

function pressed(of: Press, platform: 'mac' | 'other' = 'other'): string | null {
  const chord = chordOf(of, platform);
  return chord && chordKey(chord);
}

function command(id: string, fields: Partial<Command> = {}): Command {
  return { id, title: id, group: 'Test', keys: [], run: () => undefined, ...fields };
}

/** Acts that do nothing: only the names and keys of the commands are looked at. */
function idleActs<T extends object>(): T {
  return new Proxy({} as T, { get: () => () => false });
}

describe('chords', () => {
  test('are read as they are written', () => {
    expect(parseChord('Mod+Shift+Z')).toEqual({ key: 'Z', mod: true, alt: false, shift: true });
    expect(parseChord('+')).toEqual({ key: '+', mod: false, alt: false, shift: false });
    expect(() => parseChord('Ctrl+K')).toThrow('no modifier');
  });

  test('fit the press that means them', () => {
    expect(pressed(press('k', { ctrlKey: true }))).toBe('Mod+K');
    expect(pressed(press('k', { metaKey: true }), 'mac')).toBe('Mod+K');
    expect(pressed(press('ArrowRight', { shiftKey: true }))).toBe('Shift+Right');
    expect(pressed(press(' '))).toBe('Space');
  });

  test('leave the shift that types a character out: ? is ? on every layout', () => {
    expect(pressed(press('?', { shiftKey: true }))).toBe('?');
    expect(pressed(press('/', { shiftKey: true }))).toBe('/');
  });

  test('go by the place of the key on layouts without Latin letters', () => {
    expect(pressed(press('ц', { code: 'KeyW' }))).toBe('W');
  });

  test("are none while another system's modifier is held, or a modifier alone", () => {
    expect(pressed(press('k', { metaKey: true }))).toBeNull();
    expect(pressed(press('Shift', { shiftKey: true }))).toBeNull();
  });

  test('are labelled for the platform', () => {
    expect(chordLabel('Mod+Shift+O', 'other')).toBe('Ctrl Shift O');
    expect(chordLabel('Mod+Shift+O', 'mac')).toBe('⌘ ⇧ O');
    expect(chordLabel('Escape', 'other')).toBe('Esc');
  });
});

describe('the registry', () => {
  const registry = (onError = vi.fn()) => createRegistry(() => 'worklist', onError);

  test('runs a command by name and by key, and says whether it did', () => {
    const run = vi.fn();
    const commands = registry();
    commands.register([command('a', { keys: ['A'], run })]);
    expect(commands.run('a')).toBe(true);
    expect(commands.commandFor(press('a'), 'other')?.id).toBe('a');
    expect(commands.run('absent')).toBe(false);
    expect(run).toHaveBeenCalledOnce();
  });

  test('leaves commands of another view, and those with nothing to act on, alone', () => {
    const commands = registry();
    commands.register([
      command('elsewhere', { keys: ['A'], scope: 'review' }),
      command('idle', { keys: ['B'], when: () => false }),
    ]);
    expect(commands.commandFor(press('a'), 'other')).toBeUndefined();
    expect(commands.run('elsewhere')).toBe(false);
    expect(commands.run('idle')).toBe(false);
  });

  test('lets two views share a key, and refuses a key or an id that is taken', () => {
    const commands = registry();
    commands.register([
      command('a', { keys: ['Enter'], scope: 'worklist' }),
      command('b', { keys: ['Enter'], scope: 'review' }),
    ]);
    expect(() => commands.register([command('c', { keys: ['Enter'] })])).toThrow('means both');
    expect(() => commands.register([command('a')])).toThrow('twice');
  });

  test('stays as it was when a registration is refused', () => {
    const commands = registry();
    commands.register([command('a', { keys: ['X'] })]);
    expect(() => commands.register([command('b', { keys: ['X'] })])).toThrow('means both');
    expect(commands.find('b')).toBeUndefined();
  });

  test('tells of a failure, thrown or rejected', async () => {
    const onError = vi.fn();
    const commands = registry(onError);
    commands.register([
      command('throws', {
        run: () => {
          throw new Error('at once');
        },
      }),
      command('rejects', { run: () => Promise.reject(new Error('later')) }),
    ]);
    commands.run('throws');
    commands.run('rejects');
    await Promise.resolve();
    expect(onError).toHaveBeenCalledTimes(2);
  });

  test('forgets commands that are taken off', () => {
    const commands = registry();
    const takeOff = commands.register([command('a', { keys: ['A'] })]);
    takeOff();
    expect(commands.find('a')).toBeUndefined();
  });
});

describe("the window's own commands", () => {
  const all = [
    ...shellCommands(idleActs<ShellActs>()),
    ...worklistCommands(idleActs<WorklistActs>()),
  ];

  test('have no two meanings for one key', () => {
    expect(conflictsIn(all)).toEqual([]);
  });

  test('have ids of their own and titles to be found by', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ title }) => title.trim() === '')).toEqual([]);
  });
});
