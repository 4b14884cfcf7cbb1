import { expect, test } from 'vitest';
import {
  labelOfCincLetter,
  labelOfPtbXl,
} from '../../../src-main/services/dataset/training-label.ts';

function ptbXl(codes: string, ...statements: string[]): string {
  return labelOfPtbXl(new Set(codes.split('|')), new Set(statements)).label;
}

test('an O of CinC 2017 leaves open whether it is ectopy or another rhythm', () => {
  expect(labelOfCincLetter('O')?.label).toBe('ectopy-or-other');
  expect(['N', 'A', '~'].map((letter) => labelOfCincLetter(letter)?.label)).toEqual([
    'normal',
    'af',
    'noise',
  ]);
  expect(labelOfCincLetter('X')).toBeNull();
});

test('AF is learned from only where it is the one rhythm', () => {
  expect(ptbXl('AF|LAD')).toBe('af');
  expect(ptbXl('AF|AFL')).toBe('');
  expect(ptbXl('AF|SNR')).toBe('');
  expect(ptbXl('AF', 'AFLT')).toBe('');
});

test('flutter, pacing and bigeminy are another rhythm', () => {
  expect(ptbXl('AFL')).toBe('other');
  expect(ptbXl('PR|SNR')).toBe('other');
  expect(ptbXl('SNR', 'BIGU')).toBe('other');
});

test('sinus rhythm with premature beats is ectopy, at any sinus rate', () => {
  expect(ptbXl('SNR|PAC')).toBe('ectopy');
  expect(ptbXl('STach|PAC')).toBe('ectopy');
  expect(ptbXl('SNR', 'PVC')).toBe('ectopy');
});

test('sinus rhythm is normal, whatever the axis, the conduction or the T wave', () => {
  expect(ptbXl('SNR|LAD|TAb')).toBe('normal');
  expect(ptbXl('SA')).toBe('normal');
  expect(ptbXl('SNR|CRBBB')).toBe('normal');
});

test('sinus tachycardia is Other, as CinC 2017 counts it; bradycardia is left open', () => {
  expect(ptbXl('STach')).toBe('other');
  expect(ptbXl('SNR|SB')).toBe('');
});

test('flutter, and sinus rhythm with nothing else, are noted: they are measured apart', () => {
  const note = (codes: string, ...statements: string[]): string =>
    labelOfPtbXl(new Set(codes.split('|')), new Set(statements)).note;
  expect([note('AFL'), note('PR', 'AFLT'), note('PR')]).toEqual(['flutter', 'flutter', '']);
  expect([note('SNR'), note('SNR|LAD'), note('SNR', 'PVC')]).toEqual([
    'sinus rhythm alone',
    '',
    '',
  ]);
});

test('what says nothing about rhythm teaches nothing', () => {
  expect(ptbXl('')).toBe('');
  expect(ptbXl('LAD')).toBe('');
});
