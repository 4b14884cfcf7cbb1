#!/usr/bin/env node
/** `rhythmark` under Node: headless batch work from a checkout. */
import { keepCompiled } from './hosts/compiled.ts';

// What a module imports in its head is compiled before its first line runs: the rest comes after.
keepCompiled();
const { commandLine } = await import('./cli/command-line.ts');
const { processTerminal } = await import('./cli/terminal.ts');
const { programLayout } = await import('./hosts/layout.ts');
const { spawnWithNode } = await import('./rhythm/port.ts');

const spawn = spawnWithNode(programLayout().analysisEntry);
process.exitCode = await commandLine(process.argv.slice(2), processTerminal(), spawn);
