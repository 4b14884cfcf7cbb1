/** Use cases of the settings: read, changed in part, told to every window. */
import type { Parsed } from '../contract/api.ts';
import type { Settings } from '../contract/program.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { Rows } from './rows.ts';

export function changeSettings(
  library: Library,
  rows: Rows,
  announce: Announce,
  changes: Parsed<'settings.set'>,
): Settings {
  const before = library.preferences.settings();
  library.preferences.setSettings(changes);
  const settings = library.preferences.settings();
  announce('settings-changed', settings);
  // Composition and ribbon of every row are under the reading in force.
  if (settings.reading !== before.reading) rows.allChanged();
  return settings;
}
