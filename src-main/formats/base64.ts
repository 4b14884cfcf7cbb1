/** Samples inside XML: base64 that is refused, not guessed at, where a character is wrong. */
import { RhythmarkError } from '../contract/errors.ts';

/**
 * The bytes of `text`, white space left out. `damaged-file` with the place of a character that
 * base64 does not have: dropping it, as decoders do, would shift every sample after it.
 */
export function decodeBase64(text: string, what: string): Buffer {
  const bare = text.replace(/\s+/g, '');
  const wrong = bare.search(/[^A-Za-z0-9+/=]|=[^=]/);
  const padded = bare.replace(/=+$/, '');
  if (wrong >= 0 || padded.length % 4 === 1) {
    throw new RhythmarkError(
      'damaged-file',
      `${what} is damaged at character ${(wrong < 0 ? bare.length : wrong + 1).toLocaleString('en')} of its base64 text. Export the recording again.`,
    );
  }
  return Buffer.from(padded, 'base64');
}
