/** What the command says while it works, on stderr: one line that changes on a terminal, a line a stage elsewhere. */
import { STAGE_TITLES, STAGES } from '../../contract/stages.ts';
import type { StageReport } from '../../engine/messages.ts';

export type ProgressLine = {
  /** A photo begins. */
  begin(title: string): void;
  show(report: StageReport): void;
  /** A whole line, whatever is on the terminal's current one. */
  say(line: string): void;
};

export type Terminal = { isTTY?: boolean; columns?: number; write(text: string): unknown };

/** Carriage return, then "erase in line" (ECMA-48 EL). */
const CLEAR_LINE = '\r\x1b[K';
const FALLBACK_COLUMNS = 80;

export function createProgressLine(terminal: Terminal): ProgressLine {
  let title = '';
  let dirty = false;
  const clear = (): void => {
    if (dirty) terminal.write(CLEAR_LINE);
    dirty = false;
  };
  const say = (line: string): void => {
    clear();
    terminal.write(`${line}\n`);
  };
  const draw = (line: string): void => {
    terminal.write(CLEAR_LINE + line.slice(0, (terminal.columns ?? FALLBACK_COLUMNS) - 1));
    dirty = true;
  };
  return {
    say,
    begin: (name) => {
      title = name;
      if (terminal.isTTY !== true) say(name);
    },
    show: (report) => {
      if (report.type === 'warning') return say(`${title}: ${report.warning.message}`);
      if (report.type === 'preview' || report.type === 'surface-preview') return;
      const { stage } = report;
      const label = `[${STAGES.indexOf(stage) + 1}/${STAGES.length}] ${STAGE_TITLES[stage]}`;
      if (terminal.isTTY !== true) {
        if (report.type === 'stage-done' && report.slot === stage)
          say(`  ${label} ${report.seconds.toFixed(1)} s`);
      } else if (report.type === 'progress')
        draw(`${title}  ${label} ${Math.floor(report.fraction * 100)} %`);
      else draw(`${title}  ${label}`);
    },
  };
}
