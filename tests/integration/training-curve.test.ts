/** The course of a run, as models/training writes it down and reads it back. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { NO_PYTHON, python, TRAINING_FOLDER } from '../training-python.ts';

/** A second stage's first epoch, in a run whose first stage is noted already; then the picture. */
const GO_ON = `
import sys
from pathlib import Path
from rhythmark_training.checkpoints import stages_of
from rhythmark_training.config import TrainConfig
from rhythmark_training.curve import note_epoch
from rhythmark_training.curve_picture import draw_curve
run = Path(sys.argv[1])
draw_curve(run, "before", run / "before.png")
note_epoch(stages_of(TrainConfig(epochs=2), run)[1], 1, 0.5, 1e-3)
draw_curve(run, "after", run / "after.png")
`;

/** The next epoch's line, where the disk takes no more than the first 40 bytes of a file. */
const NO_ROOM = `
import resource, sys
from pathlib import Path
from rhythmark_training.checkpoints import stages_of
from rhythmark_training.config import TrainConfig
from rhythmark_training.curve import note_epoch
run = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
try:
    note_epoch(stages_of(TrainConfig(epochs=3), run)[0], 3, 0.5, 1e-3)
except OSError:
    print("no room")
`;

test.skipIf(python === undefined)(
  python === undefined
    ? `a run that a version without second stages began (skipped: ${NO_PYTHON})`
    : 'a run that a version without second stages began is drawn, and goes on as its first stage',
  async () => {
    const run = await mkdtemp(join(tmpdir(), 'rhythmark-curve-'));
    try {
      await writeFile(
        join(run, 'curve.csv'),
        'epoch,loss,learning_rate,held_out_loss\n1,0.9,1e-3,\n2,0.8,1e-4,\n',
      );
      await promisify(execFile)(python ?? '', ['-c', GO_ON, run], { cwd: TRAINING_FOLDER });
      const lines = (await readFile(join(run, 'curve.csv'), 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => line.split(',').slice(0, 2).join(' '))).toEqual([
        ...['epoch stage', '1 1', '2 1', '3 2'],
      ]);
    } finally {
      await rm(run, { recursive: true });
    }
  },
);

// Windows has no such limit.
test.skipIf(python === undefined || process.platform === 'win32')(
  python === undefined
    ? `a line that cannot be written (skipped: ${NO_PYTHON})`
    : 'a line that cannot be written leaves the course of a run as it was',
  async () => {
    const run = await mkdtemp(join(tmpdir(), 'rhythmark-curve-'));
    try {
      const before = 'epoch,stage,loss,learning_rate,held_out_loss\n1,1,0.9,1e-3,\n2,1,0.8,1e-4,\n';
      await writeFile(join(run, 'curve.csv'), before);
      const noted = promisify(execFile)(python ?? '', ['-c', NO_ROOM, run], {
        cwd: TRAINING_FOLDER,
      });
      expect((await noted).stdout).toBe('no room\n');
      expect(await readFile(join(run, 'curve.csv'), 'utf8')).toBe(before);
    } finally {
      await rm(run, { recursive: true });
    }
  },
);
