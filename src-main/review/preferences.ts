/** What the program remembers for the user: settings, recent folders, answers about files. */
import { settingsSchema } from '../contract/api.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Settings } from '../contract/program.ts';
import type { TextChoice } from '../contract/text.ts';
import type { UnitChoice } from '../contract/lead-unit.ts';
import type { Connection } from './connection.ts';
import { jsonOf, numberOf, textOf } from './row.ts';
import { parseModelCard, parseTextChoice, parseUnitChoice } from './stored-json.ts';

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  speedMmPerS: 25,
  gainMmPerMv: 10,
  filters: { highPassHz: 0, lowPassHz: 0, notchHz: 0 },
  pxPerMm: null,
  reader: '',
  reading: 'cinc',
  strongGrid: false,
  watchFolders: true,
  activation: true,
};

/** Enough for a menu; more would be a history. */
const RECENT_FOLDERS = 12;

const someSettings = settingsSchema.partial();

/** Kept beside the settings, and none of them: the contract's schema does not know these names. */
const LAST_MODEL = 'last-model';
const CHOSEN_MODEL = 'chosen-model';

export interface StoredFolder {
  readonly path: string;
  readonly name: string;
  readonly openedMs: number;
}

export class Preferences {
  readonly #connection: Connection;
  /** As read last: every row of the list asks for the reading in force. */
  #settings: Settings | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Each setting as stored where it still fits the contract, otherwise its default. */
  settings(): Settings {
    this.#settings ??= this.#readSettings();
    return this.#settings;
  }

  setSettings(changes: Readonly<Record<string, unknown>>): void {
    this.#settings = null;
    this.#connection.transaction(() => {
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) continue;
        this.#connection.run(
          'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)',
          name,
          JSON.stringify(value),
        );
      }
    });
  }

  /** The model that was in force when the program last ran. */
  lastModel(): ModelCard | null {
    const row = this.#connection.get('SELECT value FROM setting WHERE name = ?', LAST_MODEL);
    return row ? parseModelCard(jsonOf(row, 'value')) : null;
  }

  rememberModel(card: ModelCard): void {
    this.setSettings({ [LAST_MODEL]: card });
  }

  /** SHA-256 of the model that a person chose; null for the program's own. */
  chosenModel(): string | null {
    const row = this.#connection.get('SELECT value FROM setting WHERE name = ?', CHOSEN_MODEL);
    const chosen = row ? jsonOf(row, 'value') : null;
    return typeof chosen === 'string' ? chosen : null;
  }

  chooseModel(sha256: string | null): void {
    this.setSettings({ [CHOSEN_MODEL]: sha256 });
  }

  recentFolders(): StoredFolder[] {
    return this.#connection
      .all(
        'SELECT path, name, opened_ms FROM recent_folder ORDER BY opened_ms DESC LIMIT ?',
        RECENT_FOLDERS,
      )
      .map((row) => ({
        path: textOf(row, 'path'),
        name: textOf(row, 'name'),
        openedMs: numberOf(row, 'opened_ms'),
      }));
  }

  rememberFolder(folder: StoredFolder): void {
    this.#connection.transaction(() => {
      this.#connection.run(
        'INSERT OR REPLACE INTO recent_folder (path, name, opened_ms) VALUES (?, ?, ?)',
        folder.path,
        folder.name,
        folder.openedMs,
      );
      this.#connection.run(
        `DELETE FROM recent_folder WHERE path NOT IN
           (SELECT path FROM recent_folder ORDER BY opened_ms DESC LIMIT ?)`,
        RECENT_FOLDERS,
      );
    });
  }

  /** The answers given last for a text file of this shape. */
  textChoice(shape: string): TextChoice | null {
    const row = this.#connection.get('SELECT choice FROM text_choice WHERE shape = ?', shape);
    return row ? parseTextChoice(jsonOf(row, 'choice')) : null;
  }

  rememberTextChoice(shape: string, choice: TextChoice, chosenMs: number): void {
    this.#connection.run(
      'INSERT OR REPLACE INTO text_choice (shape, choice, chosen_ms) VALUES (?, ?, ?)',
      shape,
      JSON.stringify(choice),
      chosenMs,
    );
  }

  /** What was said last of leads without a unit, of a recording of this shape. */
  unitChoice(shape: string): UnitChoice | null {
    const row = this.#connection.get('SELECT choice FROM unit_choice WHERE shape = ?', shape);
    return row ? parseUnitChoice(jsonOf(row, 'choice')) : null;
  }

  /** Null forgets it. */
  rememberUnitChoice(shape: string, choice: UnitChoice | null, chosenMs: number): void {
    this.#connection.transaction(() => {
      this.#connection.run('DELETE FROM unit_choice WHERE shape = ?', shape);
      if (choice === null) return;
      this.#connection.run(
        'INSERT INTO unit_choice (shape, choice, chosen_ms) VALUES (?, ?, ?)',
        shape,
        JSON.stringify(choice),
        chosenMs,
      );
    });
  }

  #readSettings(): Settings {
    const stored: Record<string, unknown> = {};
    for (const row of this.#connection.all('SELECT name, value FROM setting')) {
      const one = { [textOf(row, 'name')]: jsonOf(row, 'value') };
      if (someSettings.safeParse(one).success) Object.assign(stored, one);
    }
    return settingsSchema.parse({ ...DEFAULT_SETTINGS, ...stored });
  }
}
