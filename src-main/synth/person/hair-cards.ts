/**
 * Flat cards along strands, and the strand texture that they wear.
 * In: points of a strand (person frame, m) → two triangles a segment with uv (u across, v along), rounded normals and a
 * shade that darkens roots. Out at the end: one {@link ScenePart}.
 */
import { createImage, type ImageRgba } from '../../image/image.ts';
import { createDraw, type Draw } from '../random.ts';
import type { ScenePart } from '../render/scene.ts';
import type { HairStyle } from './hair-style.ts';
import { outward, type Skull } from './skull.ts';
import { add, cross, scale, subtract, unit, type Vector } from './vectors.ts';

export type Cards = {
  positions: number[];
  normals: number[];
  uvs: number[];
  shade: number[];
  triangles: number[];
};
export const createCards = (): Cards => ({ positions: [], normals: [], uvs: [], shade: [], triangles: [] });

export function addCard(
  draw: Draw,
  style: HairStyle,
  skull: Skull,
  points: readonly Vector[],
  cards: Cards,
): void {
  const first = cards.positions.length / 3;
  const brightness = draw.uniform(0.8, 1.2);
  const roll = draw.normal(0.35);
  const u0 = draw.uniform(0, 1);
  const half = style.halfWidth * draw.uniform(0.7, 1.3);
  points.forEach((place, k) => {
    const t = k / (points.length - 1);
    const along = unit(subtract(points[Math.min(k + 1, points.length - 1)]!, points[Math.max(0, k - 1)]!));
    const out = outward(skull, place);
    const flat = unit(cross(along, out));
    const side = unit(add(scale(flat, Math.cos(roll)), scale(out, Math.sin(roll))));
    const wide = half * (t < 0.6 ? 1 : 1 - 0.7 * ((t - 0.6) / 0.4));
    for (const sign of [-1, 1]) {
      cards.positions.push(...add(place, scale(side, sign * wide)));
      cards.normals.push(...unit(add(scale(out, 0.8), scale(side, sign * 0.4))));
      cards.uvs.push(u0 + (sign + 1) * 0.25, t * 0.98 + 0.01);
      cards.shade.push(brightness * (0.6 + 0.4 * Math.min(1, t * 2.5)));
    }
    if (k === 0) return;
    const a = first + 2 * (k - 1);
    cards.triangles.push(a, a + 1, a + 3, a, a + 3, a + 2);
  });
}

export function finishCards(
  cards: Cards,
  colour: readonly [number, number, number],
  gloss: number,
): ScenePart {
  const triangles = new Uint32Array(cards.triangles);
  return {
    positions: new Float32Array(cards.positions),
    normals: new Float32Array(cards.normals),
    triangles,
    uvs: new Float32Array(cards.uvs),
    triangleUvs: triangles,
    texture: strandTexture(),
    isCutout: true,
    inTargets: 'all',
    tint: [colour[0] * STRAND_GAIN, colour[1] * STRAND_GAIN, colour[2] * STRAND_GAIN],
    shade: new Float32Array(cards.shade),
    gloss,
    paint: null,
  };
}

/** The strand texture's mean linear grey is about 0.45. */
const STRAND_GAIN = 2.2;
let strands: ImageRgba | null = null;

/** Grey streaks along v with gaps between them; ends fray. Made once, always the same. */
function strandTexture(): ImageRgba {
  if (strands !== null) return strands;
  const draw = createDraw(1, 0, 0);
  const [width, height] = [128, 128];
  const image = createImage(width, height);
  const column = (): { grey: number; end: number; gap: boolean } => ({
    grey: draw.uniform(172, 222),
    end: draw.uniform(0.72, 1),
    gap: draw.chance(0.16),
  });
  for (let x = 0; x < width; x++) {
    const { grey, end, gap } = column();
    for (let y = 0; y < height; y++) {
      const at = (y * width + x) * 4;
      const t = y / height;
      image.rgbaSrgb.fill(grey * (0.94 + 0.06 * Math.sin(t * 40 + x)), at, at + 3);
      image.rgbaSrgb[at + 3] =
        gap && t > 0.1 ? 90 : t < end ? 255 : Math.max(0, 255 * (1 - (t - end) / 0.08));
    }
  }
  strands = image;
  return image;
}
