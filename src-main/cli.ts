#!/usr/bin/env node
/** `rhythmark` under Node: headless batch work from a checkout. */
import { commandLine } from './cli/command-line.ts';
import { processTerminal } from './cli/terminal.ts';
import { programLayout } from './hosts/layout.ts';
import { spawnWithNode } from './rhythm/port.ts';

const spawn = spawnWithNode(programLayout().analysisEntry);
process.exitCode = await commandLine(process.argv.slice(2), processTerminal(), spawn);
