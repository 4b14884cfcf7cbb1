import { describe, expect, test } from 'vitest';
import { withAllocator } from '../../../src-main/rhythm/port.ts';

describe('the environment of an analysis process', () => {
  test('asks glibc for few arenas and large pages, and keeps the rest', () => {
    expect(withAllocator({ HOME: '/home/reader' })).toEqual({
      HOME: '/home/reader',
      MALLOC_ARENA_MAX: '2',
      GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    });
  });

  test('adds to the tunables that are set', () => {
    const set = 'glibc.cpu.hwcaps=-AVX512F:glibc.malloc.check=3';
    expect(withAllocator({ GLIBC_TUNABLES: set })['GLIBC_TUNABLES']).toBe(
      `${set}:glibc.malloc.hugetlb=1`,
    );
  });

  test('leaves to the user what the user has set, by either name', () => {
    const set = 'glibc.malloc.hugetlb=0:glibc.malloc.arena_max=8';
    expect(withAllocator({ GLIBC_TUNABLES: set })).toEqual({ GLIBC_TUNABLES: set });
    expect(withAllocator({ MALLOC_ARENA_MAX: '8' })['MALLOC_ARENA_MAX']).toBe('8');
  });
});
