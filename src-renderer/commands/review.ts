/** Every act on the review screen, by name; keys, menus, status line and tests run the same ones. */
import {
  HIGH_PASS_HZ,
  LOW_PASS_HZ,
  NOTCH_HZ,
  PAPER_GAINS_MM_PER_MV,
  PAPER_SPEEDS_MM_PER_S,
} from '../../src-main/contract/conventions.ts';
import type { DisplayFilters } from '../../src-main/contract/domain.ts';
import { stepOf } from '../paper/geometry.ts';
import { windowCount } from '../paper/windows.ts';
import { app } from '../state/app.svelte.ts';
import { dialogs } from '../state/dialogs.svelte.ts';
import { review } from '../state/review.svelte.ts';
import { settings } from '../state/settings.svelte.ts';
import { registerCommands } from './bindings.ts';
import type { Command } from './registry.ts';

const shown = () => review.details !== null;

function move(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { id, title, group: 'Moving', keys, scope: 'review', when: shown, run };
}

function paper(
  id: string,
  title: string,
  keys: readonly string[],
  run: () => void | Promise<void>,
): Command {
  return { id, title, group: 'Paper', keys, scope: 'review', when: shown, run };
}

/** The next choice of a filter, round and round: for those who run it by name. */
function cycle(key: keyof DisplayFilters, choices: readonly number[]): Promise<void> {
  const { filters } = settings.current;
  const next = choices[(choices.indexOf(filters[key]) + 1) % choices.length] ?? 0;
  return settings.set({ filters: { ...filters, [key]: next } });
}

function stepSpeed(by: 1 | -1): Promise<void> {
  return review.setSpeed(stepOf(PAPER_SPEEDS_MM_PER_S, settings.current.speedMmPerS, by));
}

function stepGain(by: 1 | -1): Promise<void> {
  const gainMmPerMv = stepOf(PAPER_GAINS_MM_PER_MV, settings.current.gainMmPerMv, by);
  return settings.set({ gainMmPerMv });
}

function toggleMenu(menu: 'leads' | 'filters'): void {
  review.menu = review.menu === menu ? null : menu;
}

const COMMANDS: readonly Command[] = [
  move('review.previousWindow', 'Previous window', ['Left'], () => {
    review.goToWindow(review.selected - 1);
  }),
  move('review.nextWindow', 'Next window', ['Right'], () => {
    review.goToWindow(review.selected + 1);
  }),
  move('review.previousScreen', 'Previous screen', ['Shift+Left'], () => {
    review.goByScreens(-1);
  }),
  move('review.nextScreen', 'Next screen', ['Shift+Right'], () => {
    review.goByScreens(1);
  }),
  move('review.firstWindow', 'First window', ['Home'], () => {
    review.goToWindow(0);
  }),
  move('review.lastWindow', 'Last window', ['End'], () => {
    review.goToWindow(windowCount(review.durationS) - 1);
  }),
  move('strip.narrower', 'Strip: show less time', ['.'], () => {
    review.setMinuteSpan(Math.min(review.minuteSpanS, review.durationS) / 2);
  }),
  move('strip.wider', 'Strip: show more time', [','], () => {
    review.setMinuteSpan(review.minuteSpanS * 2);
  }),
  move('strip.all', 'Strip: show the whole recording', ['0'], () => {
    review.setMinuteSpan(Infinity);
  }),
  paper('paper.gainUp', 'Higher gain (mm/mV)', ['Alt+Up'], () => stepGain(1)),
  paper('paper.gainDown', 'Lower gain (mm/mV)', ['Alt+Down'], () => stepGain(-1)),
  paper('paper.faster', 'Faster paper (mm/s)', ['+', '='], () => stepSpeed(1)),
  paper('paper.slower', 'Slower paper (mm/s)', ['-'], () => stepSpeed(-1)),
  paper('paper.leads', 'Choose leads', ['L'], () => {
    toggleMenu('leads');
  }),
  paper('paper.filters', 'Choose display filters', ['H'], () => {
    toggleMenu('filters');
  }),
  {
    ...paper('paper.activation', "Show or hide the model's score along the window", ['M'], () =>
      settings.set({ activation: !settings.current.activation }),
    ),
    when: () => shown() && app.about?.model?.activationParts !== undefined,
  },
  {
    ...paper('paper.unit', 'Unit of the leads, where the file states none', [], () => {
      if (review.id !== null) dialogs.show({ kind: 'unit', id: review.id });
    }),
    when: () => shown() && review.openUnits.length > 0,
  },
  paper('paper.highPass', 'Next high-pass filter', [], () => cycle('highPassHz', HIGH_PASS_HZ)),
  paper('paper.lowPass', 'Next low-pass filter', [], () => cycle('lowPassHz', LOW_PASS_HZ)),
  paper('paper.notch', 'Next mains notch', [], () => cycle('notchHz', NOTCH_HZ)),
];

/** Puts the review screen's commands in force; answers how to take them off. */
export function registerReviewCommands(): () => void {
  return registerCommands(COMMANDS);
}
