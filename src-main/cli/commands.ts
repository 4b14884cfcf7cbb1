/** Every command that exists, in the order in which help lists them. */
import { annotations } from './annotations.ts';
import { classify } from './classify.ts';
import type { Command } from './command.ts';
import { convert, exportCommand } from './convert.ts';
import { dataset } from './dataset.ts';
import { evaluate } from './evaluate.ts';
import { info } from './info.ts';
import { read } from './read.ts';
import { serve } from './serve.ts';

export const COMMANDS: readonly Command[] = [
  classify,
  info,
  read,
  annotations,
  exportCommand,
  convert,
  dataset,
  evaluate,
  serve,
];
