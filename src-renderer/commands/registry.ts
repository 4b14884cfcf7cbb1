/**
 * Every act of the reader is a named command, bound once and reached by key, menu, button, palette
 * and test alike. This module knows keys and names; what a command does is given to it.
 */
import { chordKey, chordOf, parseChord, type Platform, type Press } from './chord.ts';

/** Where a command's keys count. Two commands may share a key only if their scopes never meet. */
export type Scope = 'anywhere' | 'worklist' | 'review';

export interface Command {
  /** For example `worklist.open`. Stable: the application menu and the tests use it. */
  readonly id: string;
  readonly title: string;
  /** Heading under which `?` lists it. */
  readonly group: string;
  readonly keys: readonly string[];
  readonly scope?: Scope;
  /** False while there is nothing for it to act on; absent means always. */
  readonly when?: () => boolean;
  readonly run: () => void | Promise<void>;
}

/** Two commands that one key press would both mean; a defect, found by a unit test. */
export interface Conflict {
  readonly chord: string;
  readonly ids: readonly [string, string];
}

export function conflictsIn(commands: readonly Command[]): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  const bound: { chord: string; command: Command }[] = [];
  for (const command of commands) {
    for (const text of command.keys) {
      const chord = chordKey(parseChord(text));
      for (const other of bound) {
        if (other.chord === chord && scopesMeet(other.command, command)) {
          conflicts.push({ chord, ids: [other.command.id, command.id] });
        }
      }
      bound.push({ chord, command });
    }
  }
  return conflicts;
}

function scopesMeet(a: Command, b: Command): boolean {
  const [one, two] = [a.scope ?? 'anywhere', b.scope ?? 'anywhere'];
  return one === two || one === 'anywhere' || two === 'anywhere';
}

export type CommandRegistry = ReturnType<typeof createRegistry>;

/** `currentScope` names the view whose keys count; `onError` is told what a command threw. */
export function createRegistry(
  currentScope: () => Scope,
  onError: (command: Command, error: unknown) => void,
) {
  const byId = new Map<string, Command>();

  function available(command: Command): boolean {
    const scope = command.scope ?? 'anywhere';
    return (scope === 'anywhere' || scope === currentScope()) && (command.when?.() ?? true);
  }

  function run(command: Command): void {
    try {
      const done = command.run();
      if (done) {
        done.catch((error: unknown) => {
          onError(command, error);
        });
      }
    } catch (error) {
      onError(command, error);
    }
  }

  return {
    available,

    /** Adds commands; answers how to take them off again. Throws on a doubled id or key. */
    register(commands: readonly Command[]): () => void {
      for (const [index, { id }] of commands.entries()) {
        const earlier = commands.findIndex((other) => other.id === id);
        if (byId.has(id) || earlier < index) throw new Error(`Command ${id} is registered twice.`);
      }
      const [conflict] = conflictsIn([...byId.values(), ...commands]);
      if (conflict) {
        throw new Error(`${conflict.chord} means both ${conflict.ids.join(' and ')}.`);
      }
      for (const command of commands) byId.set(command.id, command);
      return () => {
        for (const { id } of commands) byId.delete(id);
      };
    },

    all: (): readonly Command[] => [...byId.values()],
    find: (id: string): Command | undefined => byId.get(id),

    /** Runs a command by name if it has something to act on; answers whether it did. */
    run(id: string): boolean {
      const command = byId.get(id);
      if (!command || !available(command)) return false;
      run(command);
      return true;
    },

    /** The available command that a key press means, if any. */
    commandFor(press: Press, platform: Platform): Command | undefined {
      const chord = chordOf(press, platform);
      if (!chord) return undefined;
      const pressed = chordKey(chord);
      for (const command of byId.values()) {
        if (!command.keys.some((text) => chordKey(parseChord(text)) === pressed)) continue;
        if (available(command)) return command;
      }
      return undefined;
    },

    runCommand: run,
  };
}
