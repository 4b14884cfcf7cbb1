import { describe, expect, test } from 'vitest';
import { QUIET_FLAGS, usualPlaces } from '../../../src-main/hosts/browser.ts';

describe('the places where a browser is looked for', () => {
  test('on Windows are the three program folders, Chrome before Edge', () => {
    const environment = {
      ProgramFiles: 'C:\\Program Files',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local',
    };
    const places = usualPlaces('win32', environment, 'C:\\Users\\a');
    expect(places[0]).toBe('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe');
    expect(places).toContain('C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe');
    expect(places).toHaveLength(9);
  });

  test('on Windows leave out folders that the system does not name', () => {
    expect(usualPlaces('win32', {}, 'C:\\Users\\a')).toEqual([]);
  });

  test("on macOS are the system's and the person's own applications", () => {
    expect(usualPlaces('darwin', {}, '/Users/a').slice(0, 2)).toEqual([
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Users/a/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ]);
  });

  test('on Linux follow the search path, and end with the stub that only asks for a snap', () => {
    const places = usualPlaces('linux', { PATH: '/opt/bin:/usr/bin' }, '/home/a');
    expect(places[0]).toBe('/opt/bin/google-chrome-stable');
    expect(places).toContain('/usr/bin/chromium');
    expect(places).toContain('/snap/bin/chromium');
    expect(places.at(-1)).toBe('/snap/bin/chromium-browser');
    expect(new Set(places).size).toBe(places.length);
  });
});

test('the browser that shows the program is given no way out but to this machine', () => {
  expect(QUIET_FLAGS).toContain('--proxy-server=socks5://127.0.0.1:1');
  expect(QUIET_FLAGS).toContain('--proxy-bypass-list=127.0.0.1');
});
