/**
 * The rules of the design's section 1 and its privacy promise, read off the source: which folder
 * imports which, and that nothing but the loopback host can open a connection.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The clinical rules over verdicts: pure functions that know no model and no process. A report
 * states what they say, as the screen does.
 */
const CLINICAL_RULES = [
  'composition',
  'episodes',
  'recording-head',
  'recording-verdict',
  'timeline',
].map((name) => `src-main/rhythm/${name}.ts`);

/**
 * What each room may import of ours, besides itself: whole rooms, or single files of one. Every
 * room of the source is listed.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src-main/contract': [],
  // Text to WebAssembly, for the loops that JavaScript is too slow for.
  'src-main/vector': [],
  'src-main/signal': ['src-main/contract', 'src-main/vector'],
  'src-main/formats': ['src-main/contract', 'src-main/vector'],
  'src-main/rhythm': ['src-main/contract', 'src-main/signal', 'src-main/formats'],
  'src-main/review': ['src-main/contract', 'src-main/signal', 'src-main/formats'],
  'src-main/report': [
    'src-main/contract',
    'src-main/signal',
    'src-main/formats',
    ...CLINICAL_RULES,
  ],
  // The generator of the demo recordings, which the services write into the library.
  'assets/demo': ['src-main/contract', 'src-main/formats'],
  'src-main/services': [
    'assets/demo',
    'src-main/contract',
    'src-main/signal',
    'src-main/formats',
    'src-main/rhythm',
    'src-main/review',
    'src-main/report',
  ],
  'src-main/hosts': [
    'src-main/contract',
    'src-main/formats',
    'src-main/rhythm',
    'src-main/report',
    'src-main/services',
    'src-main/cli', // an installed program is also the command line
  ],
  'src-main/cli': [
    'src-main/contract',
    'src-main/signal',
    'src-main/formats',
    'src-main/rhythm',
    'src-main/review',
    'src-main/report',
    'src-main/services',
    'src-main/hosts', // `rhythmark serve`
  ],
  'src-renderer': ['src-main/contract'],
};

/** Files that belong to a room although they lie beside it. */
const ALSO_OF: Readonly<Record<string, string>> = { 'src-main/cli.ts': 'src-main/cli' };

/** Packages and parts of Node that can open a connection, and who may use them. */
const NETWORK_MODULES = [
  'node:http',
  'node:https',
  'node:http2',
  'node:net',
  'node:tls',
  'node:dgram',
  'node:dns',
  'node:inspector',
  'undici',
  'ws',
];
const NETWORK_ROOM = 'src-main/hosts/loopback';

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name))
    .map((name) => join(folder, name).split(sep).join('/'));
}

/** A Svelte component's scripts; a TypeScript file as it is. */
function scriptOf(file: string): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  if (file.endsWith('.ts')) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)]
    .map(([, code]) => code)
    .join('\n');
}

/** Every module that a file names: import, export from, import(), require(), import types. */
function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(file, scriptOf(file), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({ file, specifier: node.moduleSpecifier.text });
    } else if (ts.isCallExpression(node)) {
      const isLoad =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        /^(require|.*\.require)$/.test(node.expression.getText(tree));
      const [argument] = node.arguments;
      if (isLoad && argument && ts.isStringLiteral(argument)) {
        found.push({ file, specifier: argument.text });
      }
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      found.push({ file, specifier: node.argument.literal.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function roomOf(file: string): string | undefined {
  return (
    ALSO_OF[file] ??
    Object.keys(MAY_IMPORT).find((room) => file === room || file.startsWith(`${room}/`))
  );
}

/** Path from the root of what a relative specifier names; undefined for a package. */
function target({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(ROOT, join(ROOT, dirname(file), specifier))
    .split(sep)
    .join('/');
}

/** A file's scripts without their comments, which may name sources. */
function withoutComments(file: string): string {
  return ts.transpileModule(scriptOf(file), {
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
    },
  }).outputText;
}

const files = ['src-main', 'src-renderer', 'assets/demo'].flatMap(sources);
const imports = files.flatMap(importsOf);
const bareCode = new Map(files.map((file) => [file, withoutComments(file)]));

describe('the source', () => {
  test('keeps its clinical rules free of models and processes', () => {
    const rules = imports.filter(({ file }) => CLINICAL_RULES.includes(file));
    const broken = rules.filter((one) => {
      const to = target(one) ?? one.specifier;
      return !(to.startsWith('src-main/contract/') || CLINICAL_RULES.includes(to));
    });
    expect(broken).toEqual([]);
  });

  test('is all in rooms that the rules know', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('imports from room to room only as the design allows', () => {
    const broken = imports.filter((one) => {
      const to = target(one);
      if (to === undefined) return false;
      const [fromRoom, toRoom] = [roomOf(one.file), roomOf(to)];
      if (fromRoom === undefined || fromRoom === toRoom) return false;
      const allowed = MAY_IMPORT[fromRoom] ?? [];
      return toRoom === undefined || !(allowed.includes(toRoom) || allowed.includes(to));
    });
    expect(broken).toEqual([]);
  });

  test('imports electron in hosts/electron only', () => {
    const broken = imports.filter(
      ({ file, specifier }) =>
        /^electron($|\/)/.test(specifier) && !file.startsWith('src-main/hosts/electron/'),
    );
    expect(broken).toEqual([]);
  });

  test('keeps Node out of the contract and the renderer, and the DOM out of the main process', () => {
    const broken = imports.filter(
      ({ file, specifier }) =>
        (file.startsWith('src-renderer/') || file.startsWith('src-main/contract/')) &&
        specifier.startsWith('node:'),
    );
    expect(broken).toEqual([]);
  });

  test('names the parts of Node with node:, so that these rules see them', () => {
    const bare = /^(fs|path|os|http|https|net|tls|dgram|dns|child_process|worker_threads)(\/|$)/;
    expect(imports.filter(({ specifier }) => bare.test(specifier))).toEqual([]);
  });

  test('uses worker_threads for HDF5 alone: ending one during inference aborts the program', () => {
    // docs/decisions/004: that thread never runs ONNX Runtime, and must be stoppable.
    const broken = imports.filter(
      ({ file, specifier }) =>
        specifier === 'node:worker_threads' && !file.startsWith('src-main/formats/hdf5/'),
    );
    expect(broken).toEqual([]);
  });
});

describe('nothing leaves the workstation:', () => {
  test('only the loopback host can open a connection', () => {
    const broken = imports.filter(
      ({ file, specifier }) =>
        NETWORK_MODULES.includes(specifier) && !file.startsWith(`${NETWORK_ROOM}/`),
    );
    expect(broken).toEqual([]);
  });

  test('the loopback host listens on 127.0.0.1 and opens no connection of its own', () => {
    const code = sources(NETWORK_ROOM).map(scriptOf).join('\n');
    expect(code).toContain("LOOPBACK_ADDRESS = '127.0.0.1'");
    expect(code.match(/\.listen\(/g)).toHaveLength(1);
    expect(code).toContain('.listen(port, LOOPBACK_ADDRESS,');
    // Of what can open a connection it takes the servers, and types.
    const taken = [...code.matchAll(/import (type )?\{([^}]*)\} from '(?:node:http|node:net|ws)'/g)]
      .filter(([, typesOnly]) => typesOnly === undefined)
      .flatMap(([, , names = '']) => names.split(',').map((name) => name.trim()))
      .filter((name) => name !== '' && !name.startsWith('type '));
    expect(taken.sort()).toEqual(['WebSocketServer', 'createServer']);
  });

  test('no other code calls what a browser or Node offers for requests', () => {
    const calls =
      /(?<![.\w])(fetch|XMLHttpRequest|EventSource|WebTransport|RTCPeerConnection|importScripts)\s*\(|\bsendBeacon\b|\bnew (WebSocket|WebTransport|RTCPeerConnection)\b/;
    const found = files.filter((file) => calls.test(bareCode.get(file) ?? ''));
    // The page's end of the loopback socket, whose address is the page's own.
    expect(found).toEqual(['src-renderer/host/loopback.ts']);
    expect(scriptOf('src-renderer/host/loopback.ts')).toContain(
      'new WebSocket(`ws://${location.host}${WIRE_PATH}`)',
    );
  });

  test('the source names no address but loopback, documents and XML namespaces', () => {
    const documents = /^https?:\/\/(www\.w3\.org|127\.0\.0\.1|localhost|\$\{)/;
    const found = files.flatMap((file) =>
      [...(bareCode.get(file) ?? '').matchAll(/(?:https?|wss?):\/\/[^\s'"`)]+/g)]
        .map(([url]) => ({ file, url }))
        .filter(({ url }) => !documents.test(url) && !/^ws:\/\/\$\{location\.host\}/.test(url)),
    );
    expect(found).toEqual([]);
  });
});
