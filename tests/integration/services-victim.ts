/**
 * A program that a test kills: opens the library named first, adds the folder named second and
 * classifies it, saying on its standard output what the window would have been told.
 */
import { createServices } from '../../src-main/services/create-services.ts';
import { StandInAnalyst } from '../unit/services/stand-in-analyst.ts';

const [libraryFolder = '', folder = ''] = process.argv.slice(2);

const services = createServices({
  libraryFolder,
  host: 'loopback',
  version: '0.0.0-test',
  analyst: new StandInAnalyst(),
  modelPlaces: { folders: null, standard: 'stand-in.json' },
  announce: (name, payload) => {
    if (name !== 'worklist-changed' || !('upserted' in payload)) return;
    for (const { id, status } of payload.upserted) process.stdout.write(`${id} ${status}\n`);
  },
});
process.stdout.write('open\n');
await services.dispatch(
  'worklist.add',
  { tokens: services.tokensFor([folder]) },
  { signal: new AbortController().signal },
);
await services.whenIdle();
await services.close();
process.stdout.write('closed\n');
