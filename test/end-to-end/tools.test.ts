/** The tools around a head: correcting the photo, looking and comparing, the settings. Goes on with the story's library. */
import { readFile } from 'node:fs/promises';
import { type Page, expect } from '@playwright/test';
import sharp from 'sharp';
import { followCanvas } from './canvas-pixels.ts';
import { inspect, test } from './fixtures.ts';

test.describe.configure({ mode: 'serial' });

/** Software rendering and networks on busy cores. */
const SLOW = { timeout: 180_000 };

/** The photo of the story with its head; by itself this file makes one. */
async function openHead(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('navigation', { name: 'Projects' })).toBeVisible();
  const photo = page.getByRole('link', { name: /Astronaut/ }).first();
  const sample = page.getByRole('button', { name: 'Start with' }).first();
  await expect(photo.or(sample).first()).toBeVisible();
  if ((await photo.count()) > 0) await photo.click();
  else {
    await sample.click();
    await page.getByLabel('Texture size').selectOption('512');
    await page.getByRole('button', { name: 'Generate head' }).click();
  }
  await expect(page.locator('[data-phase="shown"]')).toBeVisible({ timeout: 600_000 });
}

test('a photo is corrected by hand: a point, the outline, the crop; and all of it undone', async ({
  page,
  studio,
}) => {
  const decoded: string[] = [];
  await page.exposeFunction('tellDecoded', (src: string) => void decoded.push(src));
  await page.addInitScript(() => {
    const { decode } = HTMLImageElement.prototype;
    HTMLImageElement.prototype.decode = function () {
      (globalThis as unknown as { tellDecoded(src: string): void }).tellDecoded(this.src);
      return decode.call(this);
    };
  });
  await openHead(page, studio.url);
  // The photo was shown once before there was a head.
  decoded.length = 0;
  await page.keyboard.press('p');
  await expect(page.getByText(/mm fits the face/)).toBeVisible(SLOW);
  await inspect(page, 'photo-points');
  const canvas = page.locator('canvas');
  await canvas.focus();
  await page.keyboard.press('.');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByRole('button', { name: 'Let the moved point go' })).toBeEnabled(SLOW);

  await page.getByText('Outline', { exact: true }).click();
  await canvas.focus();
  // Quicker than the studio answers.
  for (const key of ['ArrowLeft', ' ', 'ArrowUp', ' ', 'ArrowUp', ' ']) await page.keyboard.press(key);
  await expect(page.getByRole('button', { name: 'Remove all that was painted' })).toBeEnabled(SLOW);
  // Neither the photo nor a mask that stayed is read again for them.
  expect(decoded.length).toBeGreaterThan(1);
  expect(new Set(decoded).size).toBe(decoded.length);
  await inspect(page, 'photo-outline');
  await page.getByText('After', { exact: true }).click();
  await inspect(page, 'photo-cut-out');

  await page.getByText('Crop', { exact: true }).click();
  await page.getByRole('button', { name: 'Around the face' }).click();
  await expect(page.getByRole('button', { name: 'Whole photo' })).toBeEnabled(SLOW);
  await inspect(page, 'photo-crop');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: 'Whole photo' })).toBeDisabled(SLOW);
  await page.getByText('Outline', { exact: true }).click();
  for (let stroke = 0; stroke < 3; stroke++) await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: 'Nothing painted' })).toBeDisabled(SLOW);
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: 'Undo all corrections' })).toBeDisabled(SLOW);
});

test('a head is looked at from all sides of the craft, compared, kept as a picture and as a film', async ({
  page,
  studio,
}) => {
  await openHead(page, studio.url);
  const turntable = followCanvas(page);
  await turntable.settle();
  await page.keyboard.press('k');
  await turntable.changes();
  await inspect(page, 'head-uv');
  await page.keyboard.press('s');
  await turntable.changes();
  const legend = page.getByRole('list', { name: 'Sources' });
  await expect(legend.getByText(/^From the photo/)).toBeVisible();
  await expect(legend.getByText(/^View 1\b/)).toBeVisible();
  await inspect(page, 'head-sources');
  await page.keyboard.press('t');
  await page.keyboard.press('i');
  await turntable.settle();
  await page.getByText('Three lights').click();
  await turntable.changes();
  await inspect(page, 'head-lights');
  await page.keyboard.press('h');
  await page.getByRole('checkbox', { name: 'Skin' }).uncheck();
  await turntable.changes();
  await page.getByRole('checkbox', { name: 'Skin' }).check();
  await page.keyboard.press('v');
  await expect(page.getByRole('slider', { name: 'Opacity of the photo' })).toBeVisible();
  await turntable.changes();
  await inspect(page, 'head-photo-over');
  await page.keyboard.press('b');
  await expect(page.getByRole('heading', { name: 'Compare A and B' })).toBeVisible();
  await inspect(page, 'head-compare');
  await page.keyboard.press('i');

  const picture = page.waitForEvent('download');
  await page.keyboard.press('Shift+S');
  const { width, hasAlpha } = await sharp(await (await picture).path()).metadata();
  const box = await page.locator('canvas').boundingBox();
  expect(width).toBe(Math.round(box!.width) * 2);
  expect(hasAlpha).toBe(true);

  await page.getByRole('slider', { name: 'One turn takes' }).fill('4');
  // Frames of a software renderer take seconds when others need the processor.
  const film = page.waitForEvent('download', { timeout: 600_000 });
  await page.keyboard.press('Shift+R');
  const webm = await readFile(await (await film).path());
  // EBML, and more than a header: some frames of the head.
  expect(webm.subarray(0, 4).toString('hex')).toBe('1a45dfa3');
  expect(webm.length).toBeGreaterThan(5000);
});

test('what is in a list has a menu: by right click and by key, with the same actions on keys', async ({
  page,
  studio,
}) => {
  await openHead(page, studio.url);
  const menu = page.getByRole('menu');
  const version = page.getByRole('button', { name: /^1: / });
  await version.click({ button: 'right' });
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await inspect(page, 'menu');
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(version).toBeFocused();
  await page.keyboard.press('Shift+F10');
  // The first letter leads to its action.
  await page.keyboard.press('r');
  await expect(menu.getByRole('menuitem', { name: 'Rename' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByLabel(/^New name of/).fill('By menu');
  await inspect(page, 'rename');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^1: By menu/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: /By menu/ })).toHaveCount(0);

  await page.keyboard.press('2');
  const view = page.getByRole('button', { name: /^View 3, / });
  await view.click({ button: 'right' });
  await menu.getByRole('menuitem', { name: 'Lock this view' }).click();
  await expect(page.getByTitle('locked', { exact: true })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByTitle('locked', { exact: true })).toHaveCount(0);

  await page.keyboard.press('l');
  const card = page
    .locator('main')
    .getByRole('link', { name: /Astronaut/ })
    .first();
  await card.focus();
  await page.keyboard.press('F2');
  await expect(page.getByLabel(/^New name of/)).toBeFocused();
  await page.keyboard.press('Escape');
  await card.focus();
  await page.keyboard.press('Delete');
  await expect(card).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(card).toBeVisible();
});

test('the settings say what computes, what is installed and what is backed up', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page.getByRole('button', { name: 'Settings of the studio' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Inference threads')).toBeVisible();
  await inspect(page, 'settings-general');
  await dialog.getByText('Device', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Try every way to compute' }).click();
  await expect(dialog.getByRole('row', { name: /Processor \(CPU\) yes/ })).toBeVisible(SLOW);
  await inspect(page, 'settings-device');
  await dialog.getByText('Models', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Check the files' }).click();
  await expect(dialog.getByText('as released').first()).toBeVisible(SLOW);
  await inspect(page, 'settings-models');
  await dialog.getByText('Backups', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog.getByText('by hand')).toBeVisible();
  await inspect(page, 'settings-backups');
});
