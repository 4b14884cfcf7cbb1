/** The subject and the device of an aECG document. */
import type { PatientFields } from '../../contract/domain.ts';
import type { XmlElement } from '../xml.ts';

export function patientOf(root: XmlElement): PatientFields {
  const subject = root.first(
    'componentOf',
    'timepointEvent',
    'componentOf',
    'subjectAssignment',
    'subject',
    'trialSubject',
  );
  const person = subject.first('subjectDemographicPerson');
  const name = person.first('name');
  const parts = [...name.all('given'), ...name.all('family')].map((part) => part.text);
  const birth = /^(\d{4})(\d\d)(\d\d)/.exec(person.first('birthTime').attribute('value'));
  return {
    id: stated(subject.first('id').attribute('extension')),
    name: stated(name.text === '' ? parts.join(' ').trim() : name.text),
    birthDate: birth ? `${birth[1]}-${birth[2]}-${birth[3]}` : null,
    sex: stated(person.first('administrativeGenderCode').attribute('code')),
    age: null,
  };
}

export function deviceOf(series: XmlElement): string | null {
  const author = series.first('author', 'seriesAuthor');
  const maker = author.first('manufacturerOrganization', 'name').text;
  const model = author.first('manufacturedSeriesDevice', 'manufacturerModelName').text;
  return stated(`${maker} ${model}`.trim());
}

function stated(text: string): string | null {
  return text === '' ? null : text;
}
