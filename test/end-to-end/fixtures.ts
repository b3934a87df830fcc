/** A studio for the whole file, and pages that count every complaint of the browser as a failure. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, expect, test as base } from '@playwright/test';
import sharp from 'sharp';
import { type RunningStudio, startStudio } from './start-studio.ts';

const ROOT = join(import.meta.dirname, '../..');
const AXE_SOURCE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
/** `GEN3D_SCREENSHOTS=docs/screenshots` keeps a picture of every screen that is inspected. */
const SCREENSHOT_DIRECTORY = process.env.GEN3D_SCREENSHOTS;

export const test = base.extend<{ complaints: string[] }, { studio: RunningStudio }>({
  studio: [
    async ({}, use) => {
      const studio = await startStudio();
      await use(studio);
      await studio.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      watch(page, complaints);
      await use(complaints);
      expect(complaints, 'console errors, CSP violations, requests that leave this machine').toEqual([]);
    },
    { auto: true },
  ],
});

function watch(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  page.context().on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const local = protocol === 'blob:' || protocol === 'data:' || hostname === '127.0.0.1';
    if (!local) complaints.push(`request: ${request.url()}`);
  });
}

type AxeResult = { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] };

/** A screen as it stands, dark and light: no violation that axe knows of; a picture of it where one is wanted. */
export async function inspect(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    if (SCREENSHOT_DIRECTORY !== undefined) {
      await keepPicture(page, resolve(ROOT, SCREENSHOT_DIRECTORY), `${screen}-${colorScheme}`);
    }
    expect(await findViolations(page, colorScheme), `axe on ${screen}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
}

/** Small enough for a repository: none is above 150 kB. */
async function keepPicture(page: Page, directory: string, name: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  // Frames of the other theme: colours fade over.
  await page.waitForTimeout(300);
  await sharp(await page.screenshot())
    .resize({ width: 1200 })
    .jpeg({ quality: 74, mozjpeg: true })
    .toFile(join(directory, `${name}.jpg`));
}

async function findViolations(page: Page, colorScheme: 'dark' | 'light'): Promise<string[]> {
  // Through the debugger, which the page's content security policy does not bind.
  await page.evaluate(AXE_SOURCE);
  // Both schemes draw the same elements; only the colours have to be looked at twice.
  const rules = colorScheme === 'dark' ? '' : ', runOnly: ["color-contrast", "link-in-text-block"]';
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { resultTypes: ["violations"]${rules} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary.replaceAll('\n', ' ')})`,
    ),
  );
}
