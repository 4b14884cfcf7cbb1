import { EXIT, readArguments, UsageError, wholeNumberIn, type Command } from './command.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'the program in a browser of this machine, and POST /api/classify for scripts',
  usage: ['[--port N] [--open] [--no-token]'],
  options: [
    ['--port N', 'default: any free port'],
    ['--open', 'open the page in the installed Chrome, Chromium or Edge'],
    ['--no-token', 'let any program of this machine POST to /api/classify; the page still asks'],
  ],
  remarks: [
    'Listens on 127.0.0.1 and nowhere else. Prints the address of the page, whose fragment is the token, and runs until Ctrl-C.',
    'A recording is sent as the body, or its files as a form; the answer is what "classify --format json" writes.',
  ],
  examples: [
    '--open',
    '--port 8017',
    '# curl -H "Authorization: Bearer TOKEN" --data-binary @a.edf "http://127.0.0.1:8017/api/classify?name=a.edf"',
  ],
  async run(args, terminal, spawn) {
    const { values, positionals } = readArguments(serve, args, {
      port: { type: 'string', default: '0' },
      open: { type: 'boolean', default: false },
      'no-token': { type: 'boolean', default: false },
    });
    if (positionals.length > 0)
      throw new UsageError('serve takes no files. See: rhythmark serve --help');
    const port = wholeNumberIn('port', values.port, { least: 0, most: 65_535 });
    const { serveProgram } = await import('../hosts/loopback/serve-program.ts');
    const { interruption } = await import('./interruption.ts');
    const stopping = interruption();
    const served = await serveProgram({
      port,
      classifyToken: values['no-token'] ? 'none' : 'required',
      lingerS: 'never',
      spawn,
    });
    stopping.signal.addEventListener('abort', () => void served.close());
    terminal.print(`${served.url}\n`);
    const entrance = values.open
      ? await openPage(served.url, (line) => terminal.complain(line))
      : null;
    await served.ended;
    stopping.end();
    if (entrance !== null) {
      const { rm } = await import('node:fs/promises');
      await rm(entrance, { force: true });
    }
    return EXIT.done;
  },
};

/** The file that the page was opened through, to be removed at the end; null without a browser. */
async function openPage(url: string, say: (line: string) => void): Promise<string | null> {
  const { findBrowser } = await import('../hosts/browser.ts');
  const browser = await findBrowser();
  if (browser === null) {
    say('No Chrome, Chromium or Edge is installed. Open the address in another browser.');
    return null;
  }
  const { openInApp } = await import('../hosts/browser-window.ts');
  return openInApp(browser, url, say);
}
