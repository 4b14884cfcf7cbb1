/** Annotations of an aECG series that lie at a time: wave onsets, R peaks, rhythm statements. */
import { leadNameOf } from '../lead-names.ts';
import type { Annotation, AnnotationSet } from '../reader.ts';
import { numberOf, type XmlElement } from '../xml.ts';
import type { SeriesSamples } from './series.ts';
import { instantOf, secondsPer } from './time.ts';

/** Deeper nesting than any document of the implementation guide has. */
const MAX_DEPTH = 8;

export function annotationsOf(
  series: XmlElement,
  samples: SeriesSamples,
  samplingHz: number,
): AnnotationSet[] {
  const found: Annotation[] = [];
  const visit = (annotation: XmlElement, depth: number): void => {
    const aux = statementOf(annotation);
    for (const region of annotation.all('support', 'supportingROI')) {
      const boundaries = region.all('component', 'boundary');
      const channel = channelOf(boundaries, samples);
      for (const boundary of boundaries) {
        const span = spanOf(boundary, samples);
        const sample = Math.round((((span?.fromMs ?? NaN) - samples.startMs) / 1000) * samplingHz);
        if (span === null || !Number.isSafeInteger(sample)) continue;
        const durationS = ((span.toMs ?? span.fromMs) - span.fromMs) / 1000;
        found.push({
          ...{ sample, symbol: '"', subtype: 0, channel, num: 0, aux },
          ...(durationS > 0 ? { durationS } : {}),
        });
      }
    }
    if (depth < MAX_DEPTH) {
      for (const child of annotation.all('component', 'annotation')) visit(child, depth + 1);
    }
  };
  const sets = series.all('subjectOf', 'annotationSet');
  for (const set of sets) for (const top of set.all('component', 'annotation')) visit(top, 0);
  if (found.length === 0) return [];
  found.sort((a, b) => a.sample - b.sample);
  return [{ annotator: 'aECG', samplingHz, annotations: found }];
}

/** What is said: `MDC_ECG_RHY MDC_ECG_RHY_SINUS_RHY`, `MDC_ECG_TIME_PD_QT 380 ms`. */
function statementOf(annotation: XmlElement): string {
  const value = annotation.first('value');
  const measured = `${value.attribute('value')} ${value.attribute('unit')}`.trim();
  const statement = value.attribute('code') || value.text || measured;
  return `${annotation.first('code').attribute('code')} ${statement}`.trim();
}

/** The lead that a region is bounded to; the first one where it is bounded to none. */
function channelOf(boundaries: readonly XmlElement[], { leads }: SeriesSamples): number {
  const codes = boundaries.map((boundary) => boundary.first('code').attribute('code'));
  const name = leadNameOf(codes.find((code) => code !== '' && !code.startsWith('TIME_')) ?? '');
  return Math.max(
    0,
    leads.findIndex((lead) => lead.name === name),
  );
}

/** When a boundary in time begins and ends; null for one that is none, or has no beginning. */
function spanOf(
  boundary: XmlElement,
  { zeroMs }: SeriesSamples,
): { readonly fromMs: number; readonly toMs: number | null } | null {
  const code = boundary.first('code').attribute('code');
  const value = boundary.first('value');
  const instant = (at: XmlElement): number | null => {
    if (code === 'TIME_ABSOLUTE') return instantOf(at.attribute('value'));
    const seconds = numberOf(at.attribute('value')) * (secondsPer(at.attribute('unit')) ?? NaN);
    return code === 'TIME_RELATIVE' && Number.isFinite(seconds) ? zeroMs + seconds * 1000 : null;
  };
  const fromMs = instant(value) ?? instant(value.first('low')) ?? instant(value.first('center'));
  return fromMs === null ? null : { fromMs, toMs: instant(value.first('high')) };
}
