/**
 * A folder of photos through the queue, the library's own acts, and the settings that reach beyond a head. With the tests'
 * tiny pipeline: what is made is no head, so no turntable is looked at here.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Locator, type Page, expect } from '@playwright/test';
import sharp from 'sharp';
import { readHeadModel } from '../../src-main/pipeline/03-prior/read-head-model.ts';
import { encodeTinyPhoto } from '../support/tiny-pipeline.ts';
import { writeFlame } from '../support/write-flame.ts';
import { writeZip } from '../support/write-zip.ts';
import { inspect, test } from './fixtures.ts';
import { type RunningStudio, startStudio } from './start-studio.ts';

test.describe.configure({ mode: 'serial' });

const ROOT = join(import.meta.dirname, '../..');
const TINY_PIPELINE = join(ROOT, 'test/support/tiny-pipeline.ts');
const PACK = join(ROOT, 'test/fixtures/view-pack/gen3d-small');
/** Child processes that start on busy cores. */
const SLOW = { timeout: 60_000 };

let studio: RunningStudio;
let scratch: string;
test.beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'gen3d-e2e-library-'));
  const shoot = join(scratch, 'shoot');
  mkdirSync(join(shoot, 'second day'), { recursive: true });
  const picture = await sharp({ create: { width: 160, height: 128, channels: 3, background: '#c08060' } })
    .png()
    .toBuffer();
  for (const [name, wait] of [
    ['one.png', true],
    ['second day/two.png', false],
    ['second day/three.png', false],
  ] as const) {
    const behaviour = wait ? { '03-prior': 'wait' as const } : {};
    writeFileSync(join(shoot, name), encodeTinyPhoto(picture, { salt: name, behaviour }));
  }
  writeFileSync(join(shoot, 'call sheet.txt'), 'no picture');
  studio = await startStudio({ GEN3D_PIPELINE_MODULE: TINY_PIPELINE });
});
test.afterAll(async () => {
  await studio.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A real folder, as a file manager drops it: a page cannot make one up. */
async function dropFolder(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
}
const queueRows = (page: Page): Locator => page.getByRole('dialog').getByRole('listitem');
const card = (page: Page, name: string): Locator =>
  page.locator('main').getByRole('link', { name: new RegExp(`^${name}`) });

test('a dropped folder goes through the queue: paused, put in order, cancelled, still there after a crash', async ({
  page,
  complaints,
}) => {
  await page.goto(studio.url);
  await expect(page.getByRole('navigation', { name: 'Projects' })).toBeVisible();
  await dropFolder(page, join(scratch, 'shoot'));
  await page.getByRole('button', { name: 'Generate 3 heads' }).click(SLOW);
  await expect(card(page, 'one.png')).toContainText('working');
  // The title tells it to those who look at another window.
  await expect(page).toHaveTitle(/^\d+ % Estimate head/, SLOW);
  await page.getByRole('button', { name: /one\.png: / }).click();
  await expect(queueRows(page)).toHaveCount(3);
  await expect(queueRows(page).nth(1)).toContainText('three.png');
  await page.getByRole('button', { name: 'Move three.png down' }).click();
  await expect(queueRows(page).nth(1)).toContainText('two.png');
  await page.getByRole('button', { name: 'Pause after this job' }).click();
  await inspect(page, 'queue-order');

  await studio.crash();
  await expect(page.getByText('The studio does not answer')).toBeVisible();
  await page.goto(studio.url);
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  for (const way of ['Queue', 'Queue 2 waiting']) {
    await page.getByRole('button', { name: way, exact: true }).click();
    await expect(queueRows(page)).toHaveCount(2);
    await page.keyboard.press('Escape');
  }
  // The browser reports every attempt to reach the studio that is gone, until the page has been loaded anew; nothing else is forgiven.
  expect(complaints.splice(0).filter((complaint) => !complaint.includes('WebSocket connection'))).toEqual([]);
  await card(page, 'three.png').click();
  await expect(page.getByTestId('job-state')).toHaveText('Queued');
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByTestId('job-state')).toHaveText('Cancelled');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.keyboard.press('l');
  await expect(card(page, 'two.png')).toContainText('1 head', SLOW);
  // Once more, from where it was.
  await card(page, 'three.png').click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.keyboard.press('l');
  await expect(card(page, 'three.png')).toContainText('1 head', SLOW);
  await card(page, 'one.png').click();
  await expect(page.getByTestId('job-state')).toHaveText('Interrupted');
});

test('four variants are one click, and lie beside each other', async ({ page }) => {
  await page.goto(studio.url);
  await card(page, 'two.png').click();
  await page.getByRole('button', { name: '4 variants' }).click();
  await expect(page.getByRole('button', { name: /^5: two/ })).toBeVisible(SLOW);
  const versions = page.getByRole('button', { name: /^[2-5]: two/ });
  await expect(versions).toHaveCount(4);
  for (const seed of [1, 2, 3, 4])
    await expect(versions.filter({ hasText: new RegExp(`seed ${seed}\\b`, 'i') })).toHaveCount(1);
});

test('projects are renamed, thrown away and had back, sent as one file and opened again', async ({
  page,
}) => {
  await page.goto(studio.url);
  const projects = page.getByRole('navigation', { name: 'Projects' });
  await expect(card(page, 'one.png')).toBeVisible();
  await page
    .locator('main')
    .getByRole('button', { name: /^Rename / })
    .first()
    .click();
  await page.keyboard.type('Shoot in May');
  await page.keyboard.press('Enter');
  await expect(projects.getByRole('link', { name: /^Shoot in May/ })).toBeVisible();

  const downloading = page.waitForEvent('download', SLOW);
  await page.getByRole('button', { name: 'Export Shoot in May as one file' }).click();
  const file = join(scratch, 'shoot.gen3d');
  await (await downloading).saveAs(file);

  await page.getByRole('button', { name: 'Move Shoot in May to the trash' }).click();
  await expect(projects.getByRole('link')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(projects.getByRole('link', { name: /^Shoot in May/ })).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(projects.getByRole('link')).toHaveCount(0);
  await page.getByRole('button', { name: 'Trash', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.keyboard.press('Escape');
  await expect(projects.getByRole('link', { name: /^Shoot in May/ })).toContainText('3 photos');

  await page.locator('input[type=file]').first().setInputFiles(file);
  await expect(projects.getByRole('link', { name: /^Shoot in May/ })).toHaveCount(2, SLOW);
  await expect(card(page, 'three.png')).toContainText('1 head');
  // From anybody: a file that was changed on its way is not opened. So many bytes are not all in a header's date, which nothing checks.
  const bytes = readFileSync(file);
  for (let i = 0; i < 256; i++) bytes[(bytes.length >> 1) + i]! ^= 1;
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'changed.gen3d', mimeType: 'application/zip', buffer: bytes });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(projects.getByRole('link')).toHaveCount(2);
  await page.getByRole('alert').getByRole('button').last().click();
});

test('a pack is imported and removed, a head model chosen, the library moved: all in the settings', async ({
  page,
}) => {
  await page.goto(studio.url);
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog');

  await test.step('a view pack from a ZIP file, and one that is not whole', async () => {
    await dialog.getByText('Models', { exact: true }).click();
    const files = Object.fromEntries(
      ['pack.json', 'encoder.onnx', 'denoiser.onnx'].map((name) => [name, readFileSync(join(PACK, name))]),
    );
    const pick = (name: string, content: Record<string, Uint8Array>) =>
      dialog
        .getByLabel('ZIP file of a view pack')
        .setInputFiles({ name, mimeType: 'application/zip', buffer: Buffer.from(writeZip(content)) });
    await pick('half.zip', { ...files, 'encoder.onnx': files['denoiser.onnx']! });
    await expect(page.getByRole('alert')).toContainText('encoder.onnx is not the file', SLOW);
    await pick('pack.zip', files);
    await expect(dialog.getByRole('button', { name: /^Remove / })).toBeVisible(SLOW);
    await dialog.getByRole('button', { name: /^Remove / }).scrollIntoViewIfNeeded();
    await inspect(page, 'settings-models-imported');
    await dialog.getByRole('button', { name: /^Remove / }).click();
    await dialog.getByRole('button', { name: 'Really remove?' }).click();
    await expect(dialog.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  });

  await test.step('a head model of the user’s own, with its licence', async () => {
    await dialog.getByText('Head', { exact: true }).click();
    const model = readHeadModel(readFileSync(join(ROOT, 'assets/head-model.bin')));
    await dialog
      .getByLabel('Head model file')
      .setInputFiles({ name: 'flame.npz', mimeType: '', buffer: Buffer.from(writeFlame(model)) });
    await expect(dialog.getByText(/vertices, from a file of yours/)).toBeVisible(SLOW);
    await inspect(page, 'settings-head-model');
    await dialog.getByRole('button', { name: 'Back to the studio’s own' }).click();
    await expect(dialog.getByText('The head model of the studio')).toBeVisible();
  });

  const target = join(scratch, 'moved library');
  await test.step('the library in another folder', async () => {
    await dialog.getByText('Library', { exact: true }).click();
    await dialog.getByLabel('Empty or new folder to move to').fill(join(scratch, 'shoot'));
    await dialog.getByRole('button', { name: 'Move there' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'There is something in' })).toBeVisible();
    await dialog.getByLabel('Empty or new folder to move to').fill(target);
    await dialog.getByRole('button', { name: 'Move there' }).click();
    await expect(dialog.getByText(target)).toBeVisible(SLOW);
    await expect(dialog.getByRole('button', { name: 'Remove the old one' })).toBeVisible();
    await inspect(page, 'settings-library');
    await dialog.getByRole('button', { name: 'Remove the old one' }).click();
    await dialog.getByRole('button', { name: 'Really remove?' }).click();
    await expect(dialog.getByRole('button', { name: 'Remove the old one' })).toHaveCount(0);
  });

  // A window that stays would report the studio that is gone.
  await page.goto('about:blank');
  await studio.restart();
  await page.goto(studio.url);
  await expect(card(page, 'three.png').first()).toBeVisible();
  await expect
    .poll(() =>
      page
        .locator('main li img')
        .evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0)),
    )
    .toBe(true);
  await page.keyboard.press('Control+,');
  await dialog.getByText('Library', { exact: true }).click();
  await expect(dialog.getByText(target)).toBeVisible();
});
