/** The project's own synthesised recordings, written once into the library's folder. */
import { RhythmarkError } from '../contract/errors.ts';

export function demoFolder(_: string, __: AbortSignal): Promise<string> {
  return Promise.reject(new RhythmarkError('unsupported', 'not yet'));
}
