import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { RESEARCH_NOTICE } from '../../../src-main/contract/conventions.ts';
import type { RecordingHeader } from '../../../src-main/contract/domain.ts';
import type { ModelCard } from '../../../src-main/contract/model-card.ts';
import type { LabelledRecording, Labelling } from '../../../src-main/report/label-rows.ts';
import {
  labelsDocument,
  type LabelFormat,
  type LabelSubject,
} from '../../../src-main/report/labels.ts';
import { verdictsOf } from '../rhythm/verdicts.ts';

const MODEL: ModelCard = {
  name: 'test-model',
  version: '1.2.3',
  sha256: 'ab'.repeat(32),
  threshold: 0.5,
  tellsEctopy: true,
};
const LABELLING: Labelling = { reading: 'cinc', model: MODEL };

/** The command line's promise, copied from DESIGN.md section 3. */
const WINDOW_COLUMNS =
  'recording,path,lead,start_s,end_s,label,p_normal,p_af,p_other,p_noise,p_ectopy,uncertain,model';
const RECORDING_COLUMNS =
  'recording,path,format,leads,sampling_hz,duration_s,analysed_s,analysable_s,label,p_normal,p_af,p_other,p_noise,p_ectopy,uncertain,af_s,af_burden_pct,af_episodes,longest_af_s,hr_min_bpm,hr_mean_bpm,hr_max_bpm,status,error,model';

function headerOf(durationS: number): RecordingHeader {
  const lead = { unit: 'mV', calibrated: true, samplingHz: 300, sampleCount: durationS * 300 };
  return {
    format: 'WFDB',
    durationS,
    start: null,
    leads: [
      { name: 'I', ...lead },
      { name: 'II', ...lead },
    ],
    patient: { id: null, name: null, birthDate: null, sex: null, age: null },
    device: null,
    comments: [],
    notes: [],
    synthetic: false,
  };
}

function recordingOf(letters: string): LabelledRecording {
  const verdicts = { ...verdictsOf(letters), leadIndex: 1 };
  const header = headerOf(letters.length * 10);
  return { status: 'classified', name: 'A1', path: 'ward/A1.hea', header, verdicts: [verdicts] };
}

const FAILED: LabelledRecording = {
  status: 'failed',
  name: 'B2',
  path: 'ward/B2.hea',
  failure: { code: 'damaged-file', message: 'The file is cut off,\nat "byte" 7.' },
};

function textOf(
  recordings: readonly LabelledRecording[],
  per: LabelSubject,
  format: LabelFormat,
  labelling = LABELLING,
): string {
  return [...labelsDocument(recordings, labelling, { per, format, program: '0.1.0' })].join('');
}

function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: '\r\n' });
}

describe('labels', () => {
  it('have exactly the promised window columns', () => {
    expect(textOf([recordingOf('N')], 'window', 'csv').split('\r\n')[0]).toBe(WINDOW_COLUMNS);
  });

  it('have exactly the promised recording columns', () => {
    expect(textOf([recordingOf('N')], 'recording', 'csv').split('\r\n')[0]).toBe(RECORDING_COLUMNS);
  });

  it('have a row a window, with its lead, time, label and probabilities', () => {
    const rows = rowsOf(textOf([recordingOf('NAx')], 'window', 'csv'));
    expect(rows[1]).toEqual({
      recording: 'A1',
      path: 'ward/A1.hea',
      lead: 'II',
      start_s: '10',
      end_s: '20',
      label: 'af',
      p_normal: '0.025',
      p_af: '0.9',
      p_other: '0.05',
      p_noise: '0.025',
      p_ectopy: '0.025',
      uncertain: 'false',
      model: 'test-model 1.2.3',
    });
    expect(rows[2]).toMatchObject({ label: '', p_normal: '', p_ectopy: '', uncertain: '' });
  });

  it('sum a recording up', () => {
    expect(rowsOf(textOf([recordingOf('NAAAA~N')], 'recording', 'csv'))[0]).toMatchObject({
      format: 'WFDB',
      leads: 'I|II',
      sampling_hz: '300',
      duration_s: '70',
      analysed_s: '70',
      analysable_s: '60',
      label: 'af',
      af_s: '40',
      af_burden_pct: '66.67',
      af_episodes: '1',
      longest_af_s: '40',
      status: 'classified',
      error: '',
    });
  });

  it('leave empty what is not assessed, never 0', () => {
    const [row] = rowsOf(textOf([recordingOf('x~')], 'recording', 'csv'));
    expect(row).toMatchObject({ af_s: '', af_burden_pct: '', af_episodes: '', longest_af_s: '' });
    expect(row).toMatchObject({ hr_min_bpm: '', hr_mean_bpm: '', hr_max_bpm: '' });
  });

  it('say 0 where AF was looked for and not found', () => {
    expect(rowsOf(textOf([recordingOf('NNN')], 'recording', 'csv'))[0]).toMatchObject({
      af_s: '0',
      af_burden_pct: '0',
      af_episodes: '0',
      longest_af_s: '0',
    });
  });

  it('leave p_ectopy empty when the model does not tell', () => {
    const labelling = { ...LABELLING, model: { ...MODEL, tellsEctopy: false } };
    expect(rowsOf(textOf([recordingOf('N')], 'window', 'csv', labelling))[0]?.['p_ectopy']).toBe(
      '',
    );
  });

  it('follow the reading in the label and not in the probabilities', () => {
    const rhythm: Labelling = { ...LABELLING, reading: 'rhythm' };
    const [cinc] = rowsOf(textOf([recordingOf('E')], 'window', 'csv'));
    const [read] = rowsOf(textOf([recordingOf('E')], 'window', 'csv', rhythm));
    expect([cinc?.['label'], read?.['label']]).toEqual(['other', 'normal']);
    expect(read?.['p_other']).toBe(cinc?.['p_other']);
  });

  it('give a failed recording a row with its reason on one line, quoted as RFC 4180 has it', () => {
    const text = textOf([FAILED], 'recording', 'csv');
    expect(text).toContain('"The file is cut off, at ""byte"" 7."');
    const [row] = rowsOf(text);
    expect(row).toMatchObject({ recording: 'B2', status: 'failed', label: '', duration_s: '' });
  });

  it('give a failed recording no window', () => {
    expect(rowsOf(textOf([FAILED], 'window', 'csv'))).toEqual([]);
  });

  it('are a valid JSON document with the notice at its top', () => {
    const text = textOf([recordingOf('NA'), FAILED], 'recording', 'json');
    expect(text.indexOf(RESEARCH_NOTICE)).toBeLessThan(text.indexOf('"rows"'));
    const document = JSON.parse(text);
    expect(document).toMatchObject({ notice: RESEARCH_NOTICE, reading: 'cinc', model: MODEL });
    expect(document.rows).toHaveLength(2);
    expect(Object.keys(document.rows[0]).join(',')).toBe(RECORDING_COLUMNS);
    expect(document.rows[0]).toMatchObject({
      uncertain: true,
      hr_mean_bpm: null,
      p_normal: 0.4625,
    });
  });

  it('name the model and its thresholds, without the weights of its head', () => {
    const weight = Array.from({ length: 4 }, () => Array<number>(15).fill(0.25));
    const recordingHead = { together: 6, floor: 1e-4, weight, bias: [0, 0, 0, 0] };
    const model = { ...MODEL, recordingHead, activationParts: 40 };
    const text = textOf([recordingOf('NA')], 'window', 'json', { ...LABELLING, model });
    expect(JSON.parse(text).model).toEqual(MODEL);
  });

  it('are a valid JSON document without any row', () => {
    expect(JSON.parse(textOf([FAILED], 'window', 'json')).rows).toEqual([]);
  });

  it('are one object a line in NDJSON, and nothing else', () => {
    const lines = textOf([recordingOf('NA'), FAILED, recordingOf('A')], 'window', 'ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ label }) => label)).toEqual(['normal', 'af', 'af']);
  });

  it('say of a model that judges windows in context what is judged how, and carry how much', () => {
    const labelling: Labelling = {
      reading: 'cinc',
      model: { ...MODEL, context: { belief: 0.5, sureness: [0.9, 0.8] as const } },
    };
    const remarksOf = (per: 'window' | 'recording', by: Labelling) => {
      const { remarks, model } = JSON.parse(textOf([recordingOf('NA')], per, 'json', by));
      expect(model.context).toEqual(by.model?.context);
      return String(remarks);
    };
    expect(remarksOf('window', labelling)).toContain('together with the windows before and behind');
    expect(remarksOf('recording', labelling)).toContain('each by itself');
    for (const per of ['window', 'recording'] as const) {
      expect(remarksOf(per, { ...labelling, model: MODEL })).not.toContain('before and behind');
    }
  });

  describe('of a model that publishes prediction sets and distances', () => {
    const even = { normal: 0.2, af: 0.2, other: 0.2, noise: 0.2 };
    const sets = { coverage: 0.9, cinc: even, rhythm: { ...even, normal: 0.04, af: 0.1 } };
    const model = { ...MODEL, predictionSets: sets, unlikeThreshold: 3 };
    const labelling: Labelling = { reading: 'rhythm', model };
    const verdicts = { ...verdictsOf('nAx'), unlike: Float32Array.of(3.5, 2.25, NaN) };
    const recording: LabelledRecording = {
      ...{ status: 'classified', name: 'A1', path: 'ward/A1.hea' },
      header: headerOf(30),
      verdicts: [verdicts],
    };

    it('have the same columns in tables', () => {
      const text = textOf([recording], 'window', 'csv', labelling);
      expect(text.split('\r\n')[0]).toBe(WINDOW_COLUMNS);
      const [line = ''] = textOf([recording], 'window', 'ndjson', labelling).split('\n');
      expect(Object.keys(JSON.parse(line)).join(',')).toBe(WINDOW_COLUMNS);
    });

    it('tell both of each window in JSON, after the columns', () => {
      const document = JSON.parse(textOf([recording], 'window', 'json', labelling));
      expect(Object.keys(document.rows[0]).slice(0, 13).join(',')).toBe(WINDOW_COLUMNS);
      expect(document.rows).toMatchObject([
        { prediction_set: ['normal', 'af'], unlike_distance: 3.5, unlike: true },
        { prediction_set: ['af', 'normal'], unlike_distance: 2.25, unlike: false },
        { prediction_set: null, unlike_distance: null, unlike: null },
      ]);
      expect(document.remarks.join()).toContain('at least 90 %');
      expect(document.model.predictionSets).toEqual(sets);
    });

    it('tell the rate of unlike windows over a recording in JSON, with its denominator', () => {
      const { rows } = JSON.parse(textOf([recording], 'recording', 'json', labelling));
      expect(rows[0]).toMatchObject({ windows_compared: 2, unlike_windows: 1, unlike_pct: 50 });
    });
  });
});
