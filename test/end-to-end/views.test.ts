/** Single views: the worst one made anew under a mask, a take chosen, painted over; the head follows; all survives. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { followCanvas } from './canvas-pixels.ts';
import { inspect, test } from './fixtures.ts';
import { startStudio } from './start-studio.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The tests' view pack makes four views of 16 px: everything is there but the beauty. */
const SETTINGS = {
  method: 'diffusion',
  views: 4,
  steps: 4,
  viewSizePx: 256,
  textureSizePx: 512,
  surfaceResolution: 48,
  seed: 1,
};
/** An edit on busy cores. */
const SLOW = { timeout: 300_000 };

/** The models of the studio and the tests' view pack, in one folder. */
function makeModelsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gen3d-models-'));
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'models'))) {
    if (name !== 'gen3d-small') symlinkSync(join(ROOT, 'models', name), join(folder, name));
  }
  cpSync(join(ROOT, 'test/fixtures/view-pack/gen3d-small'), join(folder, 'gen3d-small'), { recursive: true });
  return folder;
}

const takes = (page: Page): Locator => page.getByRole('list', { name: 'Takes' }).getByRole('button');
const pressed = (page: Page): Locator =>
  page.getByRole('list', { name: 'Takes' }).locator('[aria-pressed="true"]');

/** A stroke across the middle of the large view. */
async function paintMask(page: Page): Promise<void> {
  await page.getByText('Paint', { exact: true }).click();
  const board = await page.getByRole('application').boundingBox();
  const [x, y] = [board!.x + board!.width / 2, board!.y + board!.height / 2];
  await page.mouse.move(x - 60, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 20, { steps: 6 });
  await page.mouse.up();
}

/** From the desk onto the window. */
async function dropPhoto(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'One photo in, a finished head out' })).toBeVisible();
  const bytes = await readFile(join(ROOT, 'assets/samples/astronaut.jpg'));
  const dropped = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const file = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([file], 'client.jpg', { type: 'image/jpeg' }));
    return transfer;
  }, bytes.toString('base64'));
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
}

test('the worst view is made anew under a mask, a take chosen, the head made again; all of it is there after a restart', async ({
  page,
}) => {
  const modelsDirectory = makeModelsFolder();
  /** Of the worst view. */
  let azimuthDeg = NaN;
  const studio = await startStudio({ GEN3D_MODELS_DIR: modelsDirectory });
  try {
    await page.addInitScript((settings) => {
      // An empty page has no storage.
      if (location.protocol !== 'http:') return;
      localStorage.setItem('gen3d-studio.preferences', JSON.stringify({ settings, seedLocked: false }));
    }, SETTINGS);
    await page.goto(studio.url);

    await test.step('views show while they are made', async () => {
      await dropPhoto(page);
      await page.getByRole('button', { name: 'Generate head' }).click();
      await expect(page.getByTestId('preview').first()).toBeVisible(SLOW);
      await expect(page.getByTestId('surface-preview')).toHaveAttribute('data-shown', 'true', SLOW);
      await expect(page.getByTestId('job-state')).toHaveText('Done', { timeout: 600_000 });
    });

    await test.step('a grid and a ring, the worst first', async () => {
      await page.keyboard.press('2');
      await expect(page.getByRole('button', { name: /^View \d+, / })).toHaveCount(4);
      await page.getByText('Ring', { exact: true }).click();
      await expect(page.getByRole('button', { name: /^View \d+, / })).toHaveCount(4);
      await inspect(page, 'views-ring');
      await page.getByText('Grid', { exact: true }).click();
      await page.getByRole('button', { name: 'Worst first' }).click();
      await inspect(page, 'views-worst-first');
      await page
        .getByRole('button', { name: /^View \d+, / })
        .first()
        .click();
      await expect(takes(page)).toHaveCount(1);
      azimuthDeg = Number(
        /([\d.]+)°/.exec(await page.getByRole('heading', { name: /^View \d/ }).innerText())![1],
      );
      await inspect(page, 'view-large');
    });

    await test.step('twice under a mask: two more takes, the last one in use', async () => {
      await paintMask(page);
      await inspect(page, 'view-mask');
      const masked = page.getByRole('button', { name: 'Make the mask anew' });
      await page.keyboard.press('Control+z');
      await expect(masked).toBeHidden();
      await page.keyboard.press('Control+Shift+z');
      await expect(masked).toBeVisible();
      for (const count of [2, 3]) {
        await masked.click();
        await expect(takes(page)).toHaveCount(count, SLOW);
        await expect(pressed(page)).toHaveText(String(count));
      }
      await expect(page.getByText('1 view is newer than this head.')).toBeVisible();
    });

    await test.step('an earlier take is chosen; that is undone and done again', async () => {
      await page.getByRole('button', { name: 'Use take 2' }).click();
      await expect(pressed(page)).toHaveText('2');
      await page.keyboard.press('Control+z');
      await expect(pressed(page)).toHaveText('3');
      await page.keyboard.press('Control+Shift+z');
      await expect(pressed(page)).toHaveText('2');
    });

    await test.step('the view is painted over; a picture that does not fit is refused in words', async () => {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Save as PNG' }).click();
      const saved = await (await download).path();
      const painted = join(studio.scratchDirectory, 'painted.png');
      const spot = await sharp({ create: { width: 60, height: 60, channels: 4, background: '#2040c0' } })
        .png()
        .toBuffer();
      await writeFile(
        painted,
        await sharp(saved)
          .composite([{ input: spot, left: 98, top: 98 }])
          .png()
          .toBuffer(),
      );
      const small = join(studio.scratchDirectory, 'small.png');
      await writeFile(small, await sharp(saved).resize(200).png().toBuffer());
      await page.getByLabel('Bring back…').last().setInputFiles(small);
      await expect(page.getByRole('alert')).toContainText('200 × 200 px, the view 256 × 256');
      await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
      await page.getByLabel('Bring back…').last().setInputFiles(painted);
      await expect(takes(page)).toHaveCount(4, SLOW);
      await expect(pressed(page)).toHaveText('4');
    });

    await test.step('a locked view stays as it is', async () => {
      await page.getByRole('button', { name: 'Lock this view' }).click();
      await expect(page.getByText('Locked: unlock it to change it.')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Use take 1' })).toBeDisabled();
    });

    await test.step('only what follows the views is made again', async () => {
      await page.getByRole('button', { name: 'Update the head' }).click();
      await expect(page.getByTestId('job-state')).not.toHaveText('Done');
      await expect(page.getByTestId('job-state')).toHaveText('Done', { timeout: 600_000 });
      for (const id of ['01-photo', '02-analyse', '03-prior'])
        await expect(page.locator(`[data-stage="${id}"]`)).toContainText('kept');
      await expect(page.locator('[data-stage="07-texture"]')).not.toContainText('kept');
      await page.keyboard.press('2');
      await expect(page.getByText('newer than this head')).toBeHidden();
    });

    await test.step('the new head beside the old one, from where the paint is seen', async () => {
      await page.keyboard.press('1');
      await expect(page.locator('[data-phase="shown"]')).toBeVisible(SLOW);
      for (let quarter = 0; quarter < azimuthDeg / 90; quarter++) await page.keyboard.press('a');
      await page.keyboard.press('b');
      await expect(page.getByText('Left: 2: client')).toBeVisible();
      await expect(page.getByLabel('Right:')).toContainText('1: client');
      const border = page.locator('[role="slider"]');
      const turntable = followCanvas(page);
      await border.press('End');
      const newHead = await turntable.settle();
      await border.press('Home');
      await turntable.changes();
      await inspect(page, 'head-old-and-new');
      await border.press('End');
      await turntable.becomes(newHead);
      await page.keyboard.press('b');
    });

    await test.step('starred and exported', async () => {
      await page.getByRole('button', { name: /^Star 2: / }).click();
      await page.getByRole('button', { name: 'Export…' }).click();
      const out = join(studio.scratchDirectory, 'out');
      await page.getByLabel('Folder').fill(out);
      await page.getByRole('button', { name: /^Write \d+ files/ }).click();
      await expect(page.getByText(/files written to/)).toBeVisible(SLOW);
      const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as {
        views: { azimuthDeg: number; takeSha256: string | null; scores: { maskIou: number } }[];
      };
      expect(report.views.map(({ azimuthDeg }) => azimuthDeg)).toEqual([0, 90, 180, 270]);
      expect(report.views.filter(({ takeSha256 }) => takeSha256 !== null)).toHaveLength(1);
      const edited = report.views.findIndex(({ takeSha256 }) => takeSha256 !== null);
      const { data, info } = await sharp(join(out, `views/view-0${edited}.png`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([...data.subarray((125 * info.width + 125) * 4).subarray(0, 3)]).toEqual([0x20, 0x40, 0xc0]);
      expect(await readdir(out)).toContain('head.glb');
    });

    await test.step('quit and started again, everything is there', async () => {
      await page.goto('about:blank');
      await studio.restart();
      await page.goto(studio.url);
      await page
        .getByRole('link', { name: /^client/ })
        .first()
        .click();
      await expect(page.getByRole('button', { name: /^Star 2: / })).toHaveAttribute('aria-pressed', 'true');
      await page.keyboard.press('2');
      await page.getByRole('button', { name: 'Worst first' }).click();
      await page.locator('[title="edited"]').first().waitFor();
      await page.locator('li:has([title="edited"])').getByRole('button').click();
      await expect(takes(page)).toHaveCount(4);
      await expect(pressed(page)).toHaveText('4');
      await expect(page.getByText('Locked: unlock it to change it.')).toBeVisible();
      await inspect(page, 'view-takes');
      await expect(page.getByText('newer than this head')).toBeHidden();
    });
  } finally {
    // A page that looks for its studio complains.
    await page.goto('about:blank');
    await studio.stop();
    rmSync(modelsDirectory, { recursive: true, force: true });
  }
});
