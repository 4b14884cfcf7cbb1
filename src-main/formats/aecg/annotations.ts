/** Annotations of an aECG series that lie at a time: wave onsets, R peaks, rhythm statements. */
import type { Annotation, AnnotationSet } from '../reader.ts';
import type { XmlElement } from '../xml.ts';
import { millisecondsOf } from './time.ts';

/** Deeper nesting than any document of the implementation guide has. */
const MAX_DEPTH = 8;

export function annotationsOf(
  series: XmlElement,
  startMs: number,
  samplingHz: number,
): AnnotationSet[] {
  const found: Annotation[] = [];
  const visit = (annotation: XmlElement, depth: number): void => {
    const code = annotation.first('code').attribute('code');
    const value = annotation.first('value');
    for (const boundary of annotation.all('support', 'supportingROI', 'component', 'boundary')) {
      // A boundary by TIME_RELATIVE lies in a derived series, not in this one.
      if (boundary.first('code').attribute('code') !== 'TIME_ABSOLUTE') continue;
      const low = boundary.first('value', 'low').attribute('value');
      const at = boundary.first('value').attribute('value') || low;
      if (!/^\d{12}/.test(at)) continue;
      const sample = Math.round(((millisecondsOf(at) - startMs) / 1000) * samplingHz);
      if (!Number.isSafeInteger(sample)) continue;
      const statement = value.attribute('code') || value.text;
      found.push({
        sample,
        symbol: '"',
        subtype: 0,
        channel: 0,
        num: 0,
        aux: statement === '' ? code : `${code} ${statement}`.trim(),
      });
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
