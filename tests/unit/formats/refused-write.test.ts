import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../src-main/contract/errors.ts';
import { refusedWrite } from '../../../src-main/formats/refused-write.ts';

const system = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: refused, open '${path}'`), { code, path });

describe('what the system refuses', () => {
  test.each(['EACCES', 'EPERM', 'EROFS'])(
    '%s while writing names the target and its folder',
    (code) => {
      const refused = refusedWrite(
        '/wards/june/labels.csv',
        system(code, '/wards/june/.labels.csv.1f.tmp'),
      );
      const { code: ours, message, detail } = failureOf(refused);
      expect(ours).toBe('access-denied');
      expect(message).toMatch(/^labels\.csv cannot be written in the folder june: /);
      expect(message).not.toMatch(/tmp|wards/);
      expect(detail).toBe(code);
    },
  );

  test.each(['ENOSPC', 'EDQUOT'])('%s while writing is a full disk', (code) => {
    expect(failureOf(refusedWrite('/wards/labels.csv', system(code, '')))).toMatchObject({
      code: 'disk-full',
      message: 'labels.csv cannot be written: the disk is full. Free some space and try again.',
    });
  });

  test.each([
    ['ENOENT', 'there is no folder june'],
    ['ENOTDIR', 'june is no folder'],
  ])('%s while writing is a folder that is not there, not a recording', (code, why) => {
    const refused = refusedWrite('/wards/june/labels.csv', system(code, ''));
    expect(failureOf(refused)).toEqual({
      code: 'not-found',
      message: `labels.csv cannot be written: ${why}. Choose another folder.`,
      detail: code,
    });
  });

  test('what is no refusal stays what it was', () => {
    const other = system('EIO', '/wards/labels.csv');
    expect(refusedWrite('/wards/labels.csv', other)).toBe(other);
  });

  test('names what may not be read, without its path, on either system', () => {
    for (const path of ['/wards/june/night.dat', 'C:\\wards\\june\\night.dat']) {
      expect(failureOf(system('EACCES', path))).toEqual({
        code: 'access-denied',
        message: 'The system does not allow night.dat to be read or written.',
        detail: 'EACCES',
      });
    }
    expect(failureOf(Object.assign(new Error('EPERM'), { code: 'EPERM' })).message).toBe(
      'The system does not allow this file to be read or written.',
    );
  });
});
