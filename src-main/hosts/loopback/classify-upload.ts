/**
 * `POST /api/classify`: a recording in, the model's verdicts out as JSON, for scripts.
 *
 *   curl -H "Authorization: Bearer TOKEN" --data-binary @a.edf ".../api/classify?name=a.edf"
 *   curl -H "Authorization: Bearer TOKEN" -F file=@a.hea -F file=@a.dat .../api/classify
 *
 * `per=window` (default) or `per=recording`, as on the command line. The files are kept in a folder of their own while they are read, and removed afterwards.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RhythmarkError, type ErrorCode } from '../../contract/errors.ts';
import { LABEL_SUBJECTS, type LabelSubject } from '../../report/labels.ts';

/**
 * Classifies what lies in `folder` (one file, or the files of one recording) and answers what
 * `rhythmark classify --format json` writes for it.
 */
export type ClassifyFolder = (
  folder: string,
  per: LabelSubject,
  signal: AbortSignal,
) => Promise<unknown>;

/** Bytes of one file sent as the body itself; it goes straight to the disk. */
const MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024;

/** Bytes of a form with several files, which is taken apart in memory. */
const MAX_FORM_BYTES = 256 * 1024 * 1024;

const MAX_FORM_FILES = 64;

/** Uploads at work at once; more are told to come back. */
const MAX_UPLOADS = 4;
let uploads = 0;

/** Throws RhythmarkError; the request's own end (`signal`) stops the work. */
export async function classifyUpload(
  request: IncomingMessage,
  classify: ClassifyFolder,
  signal: AbortSignal,
): Promise<unknown> {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const per = subjectOf(searchParams.get('per') ?? 'window');
  if (uploads >= MAX_UPLOADS) {
    throw new RhythmarkError(
      'busy',
      `${MAX_UPLOADS} recordings are at work already. Send it again shortly.`,
    );
  }
  uploads += 1;
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-'));
  try {
    if (request.headers['content-type']?.startsWith('multipart/form-data')) {
      await keepForm(request, folder);
    } else {
      await keepBody(request, join(folder, plainName(searchParams.get('name') ?? 'recording')));
    }
    return await classify(folder, per, signal);
  } finally {
    uploads -= 1;
    await rm(folder, { recursive: true, force: true });
  }
}

/** The HTTP status that says the same as an error code. */
export function httpStatus(code: ErrorCode): number {
  switch (code) {
    case 'bad-request':
      return 400;
    case 'access-denied':
      return 403;
    case 'not-found':
    case 'not-a-recording':
    case 'damaged-file':
    case 'needs-choice':
      return 422; // the request is well formed; the recording in it is not
    case 'too-large':
      return 413;
    case 'unsupported':
      return 501;
    case 'disk-full':
      return 507;
    case 'busy':
    case 'model-unavailable':
    case 'analysis-stopped':
    case 'cancelled':
      return 503;
    case 'internal':
      return 500;
  }
}

async function keepBody(request: IncomingMessage, path: string): Promise<void> {
  await pipeline(request, atMost(MAX_FILE_BYTES), createWriteStream(path));
}

function subjectOf(text: string): LabelSubject {
  const found = LABEL_SUBJECTS.find((subject) => subject === text);
  if (found) return found;
  throw new RhythmarkError('bad-request', `per is one of ${LABEL_SUBJECTS.join(', ')}.`);
}

async function keepForm(request: IncomingMessage, folder: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.pipe(atMost(MAX_FORM_BYTES))) chunks.push(chunk as Buffer);
  const type = request.headers['content-type'] ?? '';
  const form = await new Response(Buffer.concat(chunks), { headers: { 'Content-Type': type } })
    .formData()
    .catch((error: unknown) => {
      throw new RhythmarkError('bad-request', 'The form cannot be read.', String(error));
    });
  const files = [...form.values()].filter((value) => value instanceof File);
  if (files.length === 0 || files.length > MAX_FORM_FILES) {
    throw new RhythmarkError('bad-request', `Send 1 to ${MAX_FORM_FILES} files of one recording.`);
  }
  for (const file of files) {
    await writeFile(join(folder, plainName(file.name)), file.stream(), { flag: 'wx' });
  }
}

/** Passes bytes on, up to a limit. */
function atMost(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= limit) done(null, chunk);
      else {
        const mib = (limit / 1024 ** 2).toLocaleString('en');
        done(new RhythmarkError('too-large', `More than ${mib} MiB cannot be sent at once.`));
      }
    },
  });
}

/** A file name that stays in its folder: a WFDB header names its signal file, so it is kept. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  if (last === '' || last === '.' || last === '..' || last.length > 255 || /\p{Cc}|:/u.test(last)) {
    throw new RhythmarkError('bad-request', 'The file needs a plain name, such as a.edf.');
  }
  return last;
}
