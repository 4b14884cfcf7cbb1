/** Rows of a worklist for tests: plausible by default, each field replaceable. */
import type { Composition, WorklistRow } from '../../../src-main/contract/domain.ts';

let made = 0;

export function row(fields: Partial<WorklistRow> = {}): WorklistRow {
  made++;
  return {
    id: `id-${made}`,
    name: `rec${made}`,
    folder: 'Holter, June',
    status: 'classified',
    failure: null,
    synthetic: false,
    sizeBytes: 1_000_000,
    format: 'WFDB',
    durationS: 86_400,
    start: '2026-06-11T09:12:00.000',
    patientId: 'P-77410',
    leads: ['II', 'V1', 'V5'],
    samplingHz: 250,
    noteCount: 0,
    sameAs: null,
    progress: null,
    windowCount: 8640,
    composition: composition({ normal: 80_000, af: 6_400 }),
    ribbon: null,
    verdict: null,
    ...fields,
  };
}

export function composition(seconds: Partial<Composition> = {}): Composition {
  return { normal: 0, af: 0, other: 0, noise: 0, noSignal: 0, uncertain: 0, ...seconds };
}
