/** What an artist does, in the real browser, against the real host and the real pipeline. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import validator from 'gltf-validator';
import { STAGES } from '../../src-main/contract/stages.ts';
import { followCanvas, middleColour, readCanvas, shareOffBackground } from './canvas-pixels.ts';
import { inspect, test } from './fixtures.ts';

test.describe.configure({ mode: 'serial' });

/** Small, so that the run stays short; everything else is what an artist gets. */
const TEXTURE_PX = '512';
/** Software rendering on busy cores: a few frames a second. */
const SLOW = { timeout: 120_000 };

const stage = (page: Page, id: string) => page.locator(`[data-stage="${id}"]`);

test('an empty studio says how to start', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('heading', { name: 'One photo in, a finished head out' })).toBeVisible();
  await expect(page.getByText('NASA')).toBeVisible();
  await inspect(page, 'library-empty');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await inspect(page, 'shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'About and credits' }).click();
  await expect(page.getByRole('dialog').getByText('Computes on')).toBeVisible();
  await inspect(page, 'about');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.getByLabel('Name').fill('Portraits');
  await inspect(page, 'new-project');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'Portraits' })).toBeVisible();
});

test('a file that is no picture is refused with a hint', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('heading', { name: 'Portraits' })).toBeVisible();
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['not a picture at all'], 'notes.jpg', { type: 'image/jpeg' }));
    return transfer;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
  await expect(page.getByText('Drop pictures, a folder of them')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('JPEG, PNG');
  await expect(page.getByText('Drop pictures, a folder of them')).toBeHidden();
  await inspect(page, 'refused');
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await expect(alert).toBeHidden();
});

test('a sample becomes a head: cancelled, resumed, looked at, exported, still there after a reload', async ({
  page,
  studio,
}) => {
  await page.goto(studio.url);
  await page.getByRole('button', { name: 'Start with' }).first().click();
  await expect(page.getByRole('button', { name: 'Generate head' })).toBeVisible();
  await page.getByLabel('Texture size').selectOption(TEXTURE_PX);
  await inspect(page, 'photo');

  await test.step('Escape cancels in the middle of the job', async () => {
    await page.keyboard.press('g');
    await expect(stage(page, '03-prior')).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
    await expect(page).toHaveTitle(/^\d+ % .+ – gen3d studio$/);
    await inspect(page, 'running');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('job-state')).toHaveText('Cancelled', SLOW);
    await inspect(page, 'cancelled');
  });

  await test.step('Resume keeps what was finished and shows every stage', async () => {
    await page.getByRole('button', { name: 'Resume' }).click();
    for (const id of STAGES) {
      await expect(stage(page, id)).toHaveAttribute('data-state', 'done', { timeout: 300_000 });
    }
    await expect(page.getByTestId('job-state')).toHaveText('Done');
    await expect(stage(page, '01-photo')).toContainText('kept');
    await expect(stage(page, '08-export')).toContainText(/\d s/);
  });

  await test.step('the turntable shows the head in every shading', async () => {
    await expect(page.locator('[data-phase="shown"]')).toBeVisible({ timeout: 180_000 });
    const turntable = followCanvas(page);
    await expect.poll(async () => shareOffBackground(await readCanvas(page)), SLOW).toBeGreaterThan(0.2);
    const textured = await turntable.settle();
    await inspect(page, 'head');
    await page.keyboard.press('u');
    await turntable.changes();
    await page.keyboard.press('c');
    await turntable.changes();
    await inspect(page, 'head-clay');
    await page.keyboard.press('m');
    await turntable.changes();
    // The face looks to +Z, and z is blue.
    const [red, green, blue] = middleColour(await turntable.settle());
    expect(blue).toBeGreaterThan(Math.max(red, green) + 20);
    await page.keyboard.press('w');
    await turntable.changes();
    await inspect(page, 'head-wireframe');
    await page.keyboard.press('w');
    await page.keyboard.press('t');
    await turntable.becomes(textured);
    const turn = page.getByRole('button', { name: 'Turn', exact: true });
    await turn.click();
    await turntable.changes();
    await turn.click();
    await turntable.settle();
    await page.keyboard.press('f');
    await turntable.becomes(textured);
    await page.locator('canvas').focus();
    await page.keyboard.down('ArrowLeft');
    await turntable.changes();
    await page.keyboard.up('ArrowLeft');
    await page.keyboard.press('f');
    await turntable.becomes(textured);
    await page.keyboard.press('x');
    // The panel covers a part of the picture: only what it does to the face is compared.
    const smiling = await turntable.settle();
    await page.getByRole('button', { name: 'Neutral' }).click();
    await turntable.changes();
    await inspect(page, 'expression');
    await page.getByRole('slider', { name: 'Jaw open' }).fill('1');
    await turntable.changes();
    await page.getByRole('button', { name: 'As in the photo' }).click();
    await turntable.becomes(smiling);
    await page.keyboard.press('x');
    await turntable.becomes(textured);
    await page.getByLabel('Model').selectOption({ label: 'Reconstructed surface' });
    await turntable.changes();
    await inspect(page, 'surface');
    await page.getByLabel('Model').selectOption({ label: 'Finished head' });
    await turntable.becomes(textured);
  });

  await test.step('sixteen views, each of them large', async () => {
    await page.keyboard.press('2');
    await expect(page.getByRole('button', { name: /^View \d+, / })).toHaveCount(16);
    await expect
      .poll(() =>
        page
          .locator('main li img')
          .evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0)),
      )
      .toBe(true);
    await inspect(page, 'views');
    await page.getByRole('button', { name: 'View 4, 67.5°: show large' }).click();
    await expect(page.getByRole('img', { name: 'View 4, 67.5°', exact: true })).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('img', { name: 'View 5, 90°', exact: true })).toBeVisible();
    await inspect(page, 'view-large');
    await page.keyboard.press('Escape');
  });

  await test.step('the export writes whole files', async () => {
    const directory = join(studio.scratchDirectory, 'export');
    await page.keyboard.press('e');
    await inspect(page, 'export');
    const target = (title: string) =>
      page.getByRole('group', { name: 'For' }).getByText(title, { exact: true });
    await target('Maya').click();
    await expect(page.getByText('Centimetres, Y up: File › Import head.fbx.')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'head.fbx' })).toBeChecked();
    await expect(page.getByRole('checkbox', { name: 'head.glb' })).not.toBeChecked();
    await target('Everything').click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download head.glb' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('head.glb');
    const downloaded = await readFile(await download.path());
    await page.getByLabel('Folder').fill(directory);
    await page.getByRole('button', { name: /^Write \d+ files$/ }).click();
    await expect(page.getByRole('status').filter({ hasText: 'written to' })).toBeVisible();

    const names = (await readdir(directory, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    const folder = names.find((name) => name.endsWith('head.glb'))!.replace(/head\.glb$/, '');
    const glb = await readFile(join(directory, `${folder}head.glb`));
    expect(glb.equals(downloaded)).toBe(true);
    const report = await validator.validateBytes(new Uint8Array(glb));
    expect(report.issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(names.filter((name) => /view-\d\d\.png$/.test(name))).toHaveLength(16);
    for (const name of names.filter((candidate) => candidate.endsWith('.png'))) {
      const signature = (await readFile(join(directory, name))).subarray(0, 8).toString('latin1');
      expect(signature, name).toBe('\x89PNG\r\n\x1a\n');
    }
    expect((await stat(join(directory, `${folder}head.obj`))).size).toBeGreaterThan(10_000);
  });

  await test.step('after a reload all is there', async () => {
    await page.reload();
    await expect(page.getByTestId('job-state')).toHaveText('Done');
    await expect(page.locator('[data-phase="shown"]')).toBeVisible({ timeout: 180_000 });
    await expect(page.getByLabel('Texture size')).toHaveValue(TEXTURE_PX);
    await page.keyboard.press('l');
    await expect(page.getByText('1 photo, 1 head').first()).toBeVisible();
    await inspect(page, 'library');
  });
});

test('without WebGL the turntable says so, and the views are still there', async ({ page, studio }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(studio.url);
  await page
    .getByRole('link', { name: /Astronaut/ })
    .first()
    .click();
  await expect(page.getByText('The turntable needs WebGL')).toBeVisible();
  await inspect(page, 'no-webgl');
  await page.keyboard.press('2');
  await expect(page.getByRole('button', { name: /^View \d+, / })).toHaveCount(16);
});

test('versions are named, starred, found, thrown away and had back', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page
    .getByRole('link', { name: /Astronaut/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Rename Astronaut (photo)' }).last().click();
  await page.getByLabel('New name of Astronaut (photo)').fill('Eileen');
  await page.keyboard.press('Enter');
  const version = page.getByRole('button', { name: /^1: Eileen/ });
  await expect(version).toBeVisible();
  await page.getByLabel('Tags').fill('space, portrait');
  await page.getByLabel('Note').fill('Chin is too soft.');
  await page.getByRole('button', { name: 'Star 1: Eileen' }).click();
  await expect(page.getByRole('button', { name: 'Star 1: Eileen' })).toHaveAttribute('aria-pressed', 'true');
  await inspect(page, 'version');

  await page.keyboard.press('l');
  await page.keyboard.press('/');
  await page.keyboard.type('spac');
  await expect(page.getByRole('link', { name: /Eileen/ })).toContainText('space, portrait');
  await inspect(page, 'search');
  await page.getByRole('link', { name: /Eileen/ }).click();
  await expect(page.getByLabel('Note')).toHaveValue('Chin is too soft.');

  await page.getByRole('button', { name: 'Move Eileen to the trash' }).click();
  await expect(version).toBeHidden();
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Trash', exact: true }).click();
  await expect(page.getByRole('dialog').getByText('Eileen')).toBeVisible();
  await inspect(page, 'trash');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await page.getByRole('link', { name: /Astronaut/ }).click();
  await expect(version).toBeVisible();
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Storage', exact: true }).click();
  await expect(page.getByRole('row', { name: /Photos/ })).toContainText('1 file');
  await inspect(page, 'storage');
});

test('a stage can be run again, and only what comes after it', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page
    .getByRole('link', { name: /Astronaut/ })
    .first()
    .click();
  await stage(page, '04-views').hover();
  await page.getByRole('button', { name: 'Run again from “Generate views”' }).click();
  await page.getByRole('button', { name: /Astronaut \(photo\): / }).click();
  await page.getByRole('button', { name: 'Pause after this job' }).click();
  await inspect(page, 'queue');
  await page.getByRole('button', { name: 'Cancel Astronaut (photo)' }).click();
  await expect(page.getByText('Nothing is waiting.')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^1: Eileen/ }).click();
  await stage(page, '07-texture').hover();
  await page.getByRole('button', { name: 'Run again from “Bake texture”' }).click();
  await expect(page.getByRole('button', { name: /^2: / })).toBeVisible({ timeout: 300_000 });
  await expect(stage(page, '06-head')).toContainText('kept');
  await expect(stage(page, '07-texture')).toContainText(/\d s/);
});

test('a studio that was killed in the middle of a job carries on with it', async ({
  page,
  studio,
  complaints,
}) => {
  await page.goto(studio.url);
  await page
    .getByRole('link', { name: /Astronaut/ })
    .first()
    .click();
  await expect(page.locator('[data-phase="shown"]')).toBeVisible({ timeout: 180_000 });
  await page.getByRole('button', { name: 'Draw another seed' }).click();
  await page.keyboard.press('g');
  await expect(page.getByTestId('job-state')).toHaveText('Running');
  await expect(stage(page, '03-prior')).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
  await studio.crash();
  await expect(page.getByText('The studio does not answer')).toBeVisible();
  await inspect(page, 'lost');
  await page.goto(studio.url);
  await page
    .getByRole('link', { name: /Astronaut/ })
    .first()
    .click();
  await expect(page.getByTestId('job-state')).toHaveText('Interrupted');
  // The browser reports every attempt to reach the studio that is gone, until the page has been loaded anew; nothing else is forgiven.
  expect(complaints.splice(0).filter((complaint) => !complaint.includes('WebSocket connection'))).toEqual([]);
  await inspect(page, 'interrupted');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(stage(page, '03-prior')).toContainText('kept');
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByTestId('job-state')).toHaveText('Cancelled', SLOW);
});

test('a picture from the clipboard becomes a photo', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('heading', { name: 'Portraits' })).toBeVisible();
  const bytes = (await readFile(join(import.meta.dirname, '../../assets/samples/astronaut.jpg'))).toString(
    'base64',
  );
  await page.evaluate((base64) => {
    const clipboardData = new DataTransfer();
    const file = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    clipboardData.items.add(new File([file], 'image.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, bytes);
  await expect(page.getByRole('button', { name: 'Generate head' })).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByRole('link', { name: /^image\.png/ })).toBeVisible();
});
