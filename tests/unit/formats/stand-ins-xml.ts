/** Small documents of the XML formats, for tests that mutate thousands; see stand-ins.ts. */
import { wave } from './stand-ins.ts';

/** HL7 aECG: a rhythm series of some leads and a derived one, 500 Hz, 5 uV a step. */
export function aecgFile(leads: ReadonlyMap<string, Int32Array>): string {
  const sequence = (code: string, values: Int32Array): string =>
    `<component><sequence><code code="MDC_ECG_LEAD_${code}"/><value xsi:type="SLIST_PQ">` +
    `<origin value="0" unit="uV"/><scale value="5" unit="uV"/><digits>${values.join(' ')}</digits>` +
    '</value></sequence></component>';
  const set = (time: string, all: ReadonlyMap<string, Int32Array>): string =>
    `<component><sequenceSet><component><sequence><code code="${time}"/><value xsi:type="GLIST_TS">` +
    `<head value="${time === 'TIME_ABSOLUTE' ? '20260611091230.000' : '0'}"/>` +
    '<increment value="0.002" unit="s"/></value></sequence></component>' +
    [...all].map(([code, values]) => sequence(code, values)).join('') +
    '</sequenceSet></component>';
  const beat = new Map([...leads].map(([code]) => [code, wave(300, 96)]));
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<effectiveTime><low value="20260611091230.000"/></effectiveTime>' +
    '<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>' +
    '<id extension="P-1"/><subjectDemographicPerson><name>Ada Stand-In</name>' +
    '<administrativeGenderCode code="F"/><birthTime value="19501224"/></subjectDemographicPerson>' +
    '</trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>' +
    '<component><series><effectiveTime><low value="20260611091230.000"/></effectiveTime>' +
    set('TIME_ABSOLUTE', leads) +
    `<derivation><derivedSeries>${set('TIME_RELATIVE', beat)}</derivedSeries></derivation>` +
    '</series></component></AnnotatedECG>'
  );
}

function base64(values: Int32Array): string {
  return Buffer.from(Int16Array.from(values).buffer).toString('base64');
}

/** GE MUSE: rhythm and median of some leads, 500 Hz, 4.88 uV a bit. */
export function museFile(leads: ReadonlyMap<string, Int32Array>): string {
  const waveform = (type: string, all: ReadonlyMap<string, Int32Array>): string =>
    `<Waveform><WaveformType>${type}</WaveformType><SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>` +
    [...all]
      .map(
        ([id, values]) =>
          `<LeadData><LeadSampleCountTotal>${values.length}</LeadSampleCountTotal>` +
          '<LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit>' +
          '<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadSampleSize>2</LeadSampleSize>' +
          `<LeadID>${id}</LeadID><FirstSampleBaseline>0</FirstSampleBaseline>` +
          `<WaveFormData>${base64(values)}</WaveFormData></LeadData>`,
      )
      .join('') +
    '</Waveform>';
  const beat = new Map([...leads].map(([id]) => [id, wave(300, 96)]));
  return (
    '<?xml version="1.0" encoding="ISO-8859-1"?><RestingECG>' +
    '<PatientDemographics><PatientID>P-1</PatientID><PatientLastName>Stand-In</PatientLastName>' +
    '<DateofBirth>12-24-1950</DateofBirth><Gender>FEMALE</Gender></PatientDemographics>' +
    '<TestDemographics><AcquisitionDate>06-11-2026</AcquisitionDate>' +
    '<AcquisitionTime>09:12:30</AcquisitionTime></TestDemographics>' +
    '<QRSTimesTypes><QRS><Time>400</Time><Type>0</Type></QRS><QRS><Time>200</Time><Type>1</Type></QRS></QRSTimesTypes>' +
    `${waveform('Median', beat)}${waveform('Rhythm', leads)}</RestingECG>`
  );
}

/** Philips Sierra 1.04 without compression: 500 Hz, 5 uV a step. */
export function sierraFile(leads: ReadonlyMap<string, Int32Array>): string {
  const all = [...leads.values()];
  const count = all[0]?.length ?? 0;
  const joined = new Int32Array(all.length * count);
  for (const [i, values] of all.entries()) joined.set(values, i * count);
  return (
    '<?xml version="1.0" encoding="UTF-8"?><restingecgdata>' +
    '<documentinfo><documenttype>PhilipsECG</documenttype><documentversion>1.04</documentversion></documentinfo>' +
    '<patient><generalpatientdata><patientid>P-1</patientid></generalpatientdata></patient>' +
    '<dataacquisition date="2026-06-11" time="09:12:30"><machine>Cart</machine><signalcharacteristics>' +
    `<samplingrate>500</samplingrate><resolution>5</resolution><numberchannelsvalid>${all.length}</numberchannelsvalid>` +
    '</signalcharacteristics></dataacquisition>' +
    `<waveforms><parsedwaveforms dataencoding="Base64" compression="" durationperchannel="${count * 2}" ` +
    `numberofleads="${all.length}" leadlabels="${[...leads.keys()].join(' ')}">${base64(joined)}</parsedwaveforms></waveforms>` +
    '</restingecgdata>'
  );
}
