import { expect, test, vi } from 'vitest';
import { openLibrary } from '../../../src-main/review/library.ts';
import { ModelInForce } from '../../../src-main/services/model-in-force.ts';
import { MODEL, StandInAnalyst, temporaryFolder } from './given.ts';

test('a library that cannot be written does not end the program, and is written later', () => {
  const library = openLibrary(temporaryFolder());
  const analyst = new StandInAnalyst();
  const changed = vi.fn<() => void>();
  const model = new ModelInForce(library, analyst, changed);
  const other = { ...MODEL, version: '2.0.0', sha256: 'b'.repeat(64) };
  vi.spyOn(library.preferences, 'rememberModel').mockImplementationOnce(() => {
    throw new Error('database or disk is full');
  });
  changed.mockClear();
  analyst.become({ model: other });
  expect(model.card).toEqual(other);
  expect(changed).toHaveBeenCalledOnce();
  expect(library.preferences.lastModel()).toEqual(MODEL);

  analyst.become({ queued: 1 });
  expect(library.preferences.lastModel()).toEqual(other);
  library.close();
});
