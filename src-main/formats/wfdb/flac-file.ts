import { RhythmarkError } from '../../contract/errors.ts';
import type { SignalFile, SignalFileRequest } from './signal-file.ts';

export function flacSignalFile(request: SignalFileRequest): Promise<SignalFile> {
  throw new RhythmarkError('unsupported', `${request.name} is compressed with FLAC.`);
}
