/**
 * The window of the web host in a real Chromium, with a library of 5,000 heads: milliseconds to the first paint and to the
 * list, from a keystroke of a search to the painted result, per frame of a list that is scrolled, and from a key to its
 * effect while a job runs. Aims: first paint 1500, search 50, frame 17 on a graphics card, key 100.
 * Each with the processor time of the page's main thread where that is the window's own work: other programs on the
 * machine lengthen the wall clock and not that. Needs `dist/renderer` (`npm run build`).
 * `node test/end-to-end/measure-window.ts` prints one JSON object, null without a Chromium.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { LIBRARY_FILE } from '../../src-main/app/library-move/library-location.ts';
import { createBlobStore } from '../../src-main/blobs/blob-store.ts';
import { openLibrary } from '../../src-main/library/library.ts';
import { findChromium } from '../../tools/find-chromium.ts';
import { fillLibrary } from '../bench/fill-library.ts';
import { startStudio } from './start-studio.ts';

type WindowTimes = {
  firstPaint: { wallMs: number; mainThreadMs: number };
  /** From the address to the cards of the list; `mainThreadMs`: what the page's main thread worked until then. */
  list: { wallMs: number; mainThreadMs: number };
  /** From a keystroke to its painted result; `callMs`: of that, until the studio had answered. */
  search: { wallMs: number; callMs: number; mainThreadMs: number; found: number };
  /** One frame is one step of 420 px: three quarters of a row. */
  scroll: { medianFrameMs: number; worstFrameMs: number; mainThreadMs: number };
  /** Elements of the list while it is scrolled. */
  cardsInPage: number;
  /** null when no job was to be had. */
  keyWhileJobRuns: { medianMs: number; worstMs: number; mainThreadMs: number } | null;
};

const HEADS = 5000;
/** Typed one after the other: words of the filling, whole and begun. */
const QUERIES = ['hero', 'villain', 'client cl', 'final tr', 'trailer'];
/** All in one project, each with one version: the longest list there can be. */
const FILLING = { heads: HEADS, photos: HEADS, projects: 1 };
const PAINTS = 5;
const KEYS = 20;
const SCROLL_STEPS = 60;
const STEP_PX = 420;

process.stdout.write(`${JSON.stringify(await measureWindow())}\n`);

async function measureWindow(): Promise<WindowTimes | null> {
  const executablePath = findChromium();
  if (executablePath === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'gen3d-bench-'));
  const libraryDirectory = join(folder, 'library');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    await prepare(libraryDirectory);
    const studio = await startStudio({ GEN3D_DATA_DIR: libraryDirectory });
    try {
      return await measureIn(browser, studio.url);
    } finally {
      await studio.stop();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(libraryDirectory: string): Promise<void> {
  const thumbnail = await createBlobStore(join(libraryDirectory, 'blobs')).put(
    await sharp({ create: { width: 256, height: 256, channels: 3, background: '#886655' } })
      .png()
      .toBuffer(),
  );
  const library = openLibrary(join(libraryDirectory, LIBRARY_FILE), { now: '2026-01-01T00:00:00.000Z' });
  fillLibrary(library, { ...FILLING, thumbnail });
  library.close();
}

async function measureIn(browser: Browser, url: string): Promise<WindowTimes> {
  const paints: WindowTimes['firstPaint'][] = [];
  for (let run = 0; run < PAINTS; run++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const mainThread = await watchMainThread(page);
    await page.goto(url);
    const entry = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    paints.push({ wallMs: (await entry.jsonValue())!, mainThreadMs: await mainThread() });
    await context.close();
  }
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const mainThread = await watchMainThread(page);
  const began = performance.now();
  await page.goto(url);
  await page.locator('.content li').first().waitFor();
  const list = { wallMs: performance.now() - began, mainThreadMs: await mainThread() };
  await page.waitForLoadState('networkidle');
  await mainThread();
  const { frames, cards } = await scroll(page);
  const scrolled = {
    medianFrameMs: middle(frames),
    worstFrameMs: Math.max(...frames),
    mainThreadMs: (await mainThread()) / frames.length,
  };
  return {
    firstPaint: {
      wallMs: middle(paints.map(({ wallMs }) => wallMs)),
      mainThreadMs: middle(paints.map(({ mainThreadMs }) => mainThreadMs)),
    },
    list,
    search: await search(page, mainThread),
    scroll: scrolled,
    cardsInPage: cards,
    keyWhileJobRuns: await keysWhileJobRuns(page, mainThread),
  };
}

/** Answers the milliseconds that the page's main thread computed since the last call. */
async function watchMainThread(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  let before = 0;
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    const now = metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
    const spent = now - before;
    before = now;
    return spent;
  };
}

function scroll(page: Page): Promise<{ frames: number[]; cards: number }> {
  return page.evaluate(
    async ([steps, stepPx]) => {
      const box = document.querySelector('.content')!;
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
      const frames: number[] = [];
      let cards = 0;
      let last = await frame();
      for (let step = 0; step < steps; step++) {
        box.scrollTop += stepPx;
        const now = await frame();
        frames.push(now - last);
        last = now;
        cards = Math.max(cards, box.querySelectorAll('li').length);
      }
      box.scrollTop = 0;
      return { frames, cards };
    },
    [SCROLL_STEPS, STEP_PX] as const,
  );
}

/** Inside the page, so that nothing but the window, its socket and the studio is in the times. */
async function search(page: Page, mainThread: () => Promise<number>): Promise<WindowTimes['search']> {
  await page.keyboard.press('/');
  await mainThread();
  const runs = await page.evaluate(async (queries) => {
    const field = document.querySelector<HTMLInputElement>('search input[type=text]')!;
    const painted = (): Promise<void> =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const isAnswered = (): boolean => document.querySelector('section[aria-busy=false]') !== null;
    const type = (text: string): void => {
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    };
    const measured: { wallMs: number; callMs: number; found: number }[] = [];
    for (const query of queries) {
      const started = performance.now();
      type(query);
      // The answer of the query before counts for nothing: the list says whose it is from the next microtask on.
      await Promise.resolve();
      while (!isAnswered()) await new Promise((resolve) => setTimeout(resolve, 1));
      const callMs = performance.now() - started;
      await painted();
      const list = document.querySelector('section[aria-busy=false] li');
      const found = Number(list?.getAttribute('aria-setsize') ?? 0);
      measured.push({ wallMs: performance.now() - started, callMs, found });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    type('');
    return measured;
  }, QUERIES);
  const mainThreadMs = (await mainThread()) / QUERIES.length;
  if (runs.some(({ found }) => found === 0)) throw new Error('a search found nothing: the bench is wrong');
  return {
    wallMs: middle(runs.map(({ wallMs }) => wallMs)),
    callMs: middle(runs.map(({ callMs }) => callMs)),
    mainThreadMs,
    found: middle(runs.map(({ found }) => found)),
  };
}

/** The sheet of shortcuts opens and closes while a head is made on all cores. */
async function keysWhileJobRuns(
  page: Page,
  mainThread: () => Promise<number>,
): Promise<WindowTimes['keyWhileJobRuns']> {
  const sample = readFileSync(join(import.meta.dirname, '../../assets/samples/astronaut.jpg'));
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'astronaut.jpg', mimeType: 'image/jpeg', buffer: sample });
  await page.getByRole('button', { name: 'Generate head' }).click();
  const running = page.getByTestId('job-state').filter({ hasText: 'Running' });
  await running.waitFor({ timeout: 60_000 });
  await mainThread();
  const times = await page.evaluate(async (count) => {
    const painted = (): Promise<void> =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const measured: number[] = [];
    for (let key = 0; key < count; key++) {
      const started = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
      await painted();
      measured.push(performance.now() - started);
      document.querySelector<HTMLDialogElement>('dialog[open]')?.close();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return measured;
  }, KEYS);
  const mainThreadMs = (await mainThread()) / KEYS;
  const still = await running.isVisible();
  await page.keyboard.press('Escape');
  return still ? { medianMs: middle(times), worstMs: Math.max(...times), mainThreadMs } : null;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
