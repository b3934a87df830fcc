/**
 * The window of the web host in a real Chromium, with a library of 5,000 heads: milliseconds to the first paint, per
 * keystroke of a search, per frame of a list that is scrolled, and from a key to its effect while a job runs.
 * Aims: 1500, 50 (the search itself), 17 on a graphics card, 100. Needs `dist/renderer` (`npm run build`).
 * `node test/end-to-end/measure-window.ts` prints one JSON object, null without a Chromium.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { LIBRARY_FILE } from '../../src-main/app/studio.ts';
import { createBlobStore } from '../../src-main/blobs/blob-store.ts';
import { openLibrary } from '../../src-main/library/library.ts';
import { findChromium } from '../../tools/find-chromium.ts';
import { fillLibrary } from '../bench/fill-library.ts';
import { startStudio } from './start-studio.ts';

type WindowTimes = {
  firstPaintMs: number;
  searchMs: number;
  scrollFrameMs: { median: number; worst: number };
  /** Elements of the list while it is scrolled. */
  cardsInPage: number;
  /** null when no job was to be had. */
  keyWhileJobRunsMs: { median: number; worst: number } | null;
};

const HEADS = 5000;
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
  const paints: number[] = [];
  for (let run = 0; run < PAINTS; run++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(url);
    const entry = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    paints.push((await entry.jsonValue())!);
    await context.close();
  }
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.locator('.content li').first().waitFor();
  const { frames, cards } = await scroll(page);
  const searchMs = await search(page);
  return {
    firstPaintMs: middle(paints),
    searchMs,
    scrollFrameMs: { median: middle(frames), worst: Math.max(...frames) },
    cardsInPage: cards,
    keyWhileJobRunsMs: await keysWhileJobRuns(page),
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

/** From the keystroke to the changed list, the way through the socket included. */
async function search(page: Page): Promise<number> {
  const times: number[] = [];
  await page.keyboard.press('/');
  for (const query of ['hero', 'villain', 'client cl', 'final tr', 'trailer']) {
    await page.getByRole('textbox', { name: /Search/ }).fill('');
    const started = await page.evaluate(() => performance.now());
    await page.getByRole('textbox', { name: /Search/ }).fill(query);
    await page.locator('.content ul a').first().waitFor();
    times.push((await page.evaluate(() => performance.now())) - started);
  }
  await page.getByRole('textbox', { name: /Search/ }).fill('');
  return middle(times);
}

/** The sheet of shortcuts opens and closes while a head is made on all cores. */
async function keysWhileJobRuns(page: Page): Promise<WindowTimes['keyWhileJobRunsMs']> {
  const sample = readFileSync(join(import.meta.dirname, '../../assets/samples/astronaut.jpg'));
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'astronaut.jpg', mimeType: 'image/jpeg', buffer: sample });
  await page.getByRole('button', { name: 'Generate head' }).click();
  const running = page.getByTestId('job-state').filter({ hasText: 'Running' });
  await running.waitFor({ timeout: 60_000 });
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
  const still = await running.isVisible();
  await page.keyboard.press('Escape');
  return still ? { median: middle(times), worst: Math.max(...times) } : null;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
