/** Where the window was when it was last closed; a file beside the library, because it belongs to this machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, Rectangle, Screen } from 'electron';
import * as z from 'zod';

const WINDOW_FILE = 'window.json';
/** Of the window that has to be on a screen to be taken hold of, px. */
const GRIP_PX = 80;

const px = z.int().min(-100_000).max(100_000);
const stateSchema = z.object({
  bounds: z.object({ x: px, y: px, width: px.min(GRIP_PX), height: px.min(GRIP_PX) }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** null the first time, when the file is damaged, and when the screen that the window was on is gone. */
export function readWindowState(
  dataDirectory: string,
  screen: Pick<Screen, 'getDisplayMatching'>,
): WindowState | null {
  let stored: unknown;
  try {
    stored = JSON.parse(readFileSync(join(dataDirectory, WINDOW_FILE), 'utf8'));
  } catch {
    return null;
  }
  const { data } = stateSchema.safeParse(stored);
  if (data === undefined) return null;
  const { workArea } = screen.getDisplayMatching(data.bounds);
  return overlap(data.bounds, workArea) >= GRIP_PX ? data : null;
}

/** Remembers it whenever the window closes; `log` hears of a folder that cannot be written to. */
export function keepWindowState(
  window: Pick<BrowserWindow, 'on' | 'getNormalBounds' | 'isMaximized'>,
  dataDirectory: string,
  log: (line: string) => void,
): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileSync(join(dataDirectory, WINDOW_FILE), JSON.stringify(state));
    } catch (error) {
      log(`the place of the window was not remembered: ${String(error)}`);
    }
  });
}

/** The lesser side of what two rectangles share, px. */
function overlap(a: Rectangle, b: Rectangle): number {
  const side = (from: number, length: number, otherFrom: number, otherLength: number): number =>
    Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);
  return Math.min(side(a.x, a.width, b.x, b.width), side(a.y, a.height, b.y, b.height));
}
