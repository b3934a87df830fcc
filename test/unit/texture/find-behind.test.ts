import { expect, it } from 'vitest';
import { createRaster } from '../../../src-main/image/image.ts';
import { findBehind } from '../../../src-main/pipeline/07-texture/find-behind.ts';

const SIDE = 100;
const SKIN = [0.8, 0.6, 0.5];
const BLUE = [0.45, 0.55, 0.8];

it('takes the background inside the outline, not skin in the shade of its tint, nor what lies further in', () => {
  const colour = createRaster(SIDE, SIDE, 3);
  const mask = createRaster(SIDE, SIDE, 1);
  const around = createRaster(SIDE, SIDE, 1);
  const alike = new Float32Array(SIDE * SIDE);
  const kindAt = (x: number, y: number): 'behind' | 'lens' | 'shade' | 'reflection' | 'skin' => {
    if (x < 20) return 'behind';
    if (x > 24 && x < 30 && y > 40 && y < 60) return 'lens';
    if (x > 22 && x < 32 && y > 70 && y < 80) return 'shade';
    return x > 60 && x < 66 && y > 40 && y < 60 ? 'reflection' : 'skin';
  };
  const found = { behind: 0, lens: 0, shade: 0, reflection: 0, skin: 0 };
  for (let i = 0; i < SIDE * SIDE; i++) {
    const kind = kindAt(i % SIDE, Math.floor(i / SIDE));
    const shade = kind === 'shade' ? 0.6 : 1;
    (kind === 'skin' ? SKIN : BLUE).forEach((value, c) => (colour.values[i * 3 + c] = shade * value));
    mask.values[i] = kind === 'behind' ? 0 : 1;
    alike[i] = kind === 'skin' ? 1 : 0;
    around.values[i] = Math.log(SKIN[0]! + SKIN[1]! + SKIN[2]!);
  }
  for (const i of findBehind({ colour, mask, alike, around }))
    found[kindAt(i % SIDE, Math.floor(i / SIDE))]++;
  expect(found).toMatchObject({ lens: 5 * 19, shade: 0, reflection: 0, skin: 0 });
});
