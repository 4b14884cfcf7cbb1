/** The work behind `POST /api/classify`, on the same analysis processes as the window's. */
import { randomUUID } from 'node:crypto';
import type { ModelCard } from '../../contract/model-card.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { scan } from '../../formats/index.ts';
import { labelsDocument } from '../../report/labels.ts';
import type { LabelledRecording } from '../../report/label-rows.ts';
import type { Program } from '../program.ts';
import type { ClassifyFolder } from './classify-upload.ts';

/**
 * Answers the document that `rhythmark classify --format json` writes, under the CinC reading, for
 * every recording in the folder; `path` is empty, since the sender's path never came here.
 */
export function classifyFolder(program: Program): ClassifyFolder {
  return async (folder, per, signal) => {
    const models = new Map<string, ModelCard>();
    const recordings: LabelledRecording[] = [];
    let reason = 'It is no ECG recording that is read here.';
    for await (const item of scan([folder], { signal })) {
      if (item.kind === 'ignored') reason = item.reason;
      if (item.kind === 'unreadable')
        throw new RhythmarkError('not-a-recording', item.failure.message);
      if (item.kind !== 'recording') continue;
      const { header, verdicts } = await program.analyst.run(
        {
          kind: 'classify',
          id: randomUUID(),
          path: item.path,
          part: item.part,
          textChoice: null,
          leads: { kind: 'auto' },
          envelopePath: null,
        },
        { signal },
      );
      // What answered just now; a person may choose another in the window at any time.
      const { model } = program.analyst.state;
      if (model) models.set(model.sha256, model);
      recordings.push({ status: 'classified', name: item.name, path: '', header, verdicts });
    }
    if (recordings.length === 0) throw new RhythmarkError('not-a-recording', reason);
    const shape = { per, format: 'json', program: program.version } as const;
    const [model = null, another] = [...models.values()];
    if (another)
      throw new RhythmarkError('busy', 'The model was changed meanwhile. Send it again.');
    const document = labelsDocument(recordings, { reading: 'cinc', model }, shape);
    return JSON.parse([...document].join(''));
  };
}
