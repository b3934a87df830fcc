import { describe, expect, it } from 'vitest';
import {
  doubtHair,
  findHairPalette,
  hairShareOf,
  isHairColour,
  tellsHair,
} from '../../../src-main/pipeline/04-views/hair-palette.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { findScalpZone } from '../../../src-main/render/scalp-zone.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

const { positionsHead, topology } = makeSyntheticHead(40, 56);
const graph = buildVertexGraph({ positionsHead, triangles: triangulateTopology(topology).triangles });
const zone = findScalpZone(positionsHead);
const count = positionsHead.length / 3;
const flat = new Float32Array(count).fill(0.002);
const thick = new Float32Array(count).fill(0.02);

/**
 * Palette of a head whose face and scalp have these colours; light falls off to half towards one side. `strands`: every other vertex
 * of the scalp is darker and brighter by this.
 */
function paletteOf(
  skin: readonly number[],
  scalp: readonly number[],
  strands = 0,
): ReturnType<typeof findHairPalette> {
  const colours = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const isScalp = zone.hairlineDistanceM[i]! > 0;
    const strand = 1 + (isScalp ? strands * (i % 2 === 0 ? 1 : -1) : 0);
    const light = strand * (0.75 + (0.25 * positionsHead[i * 3]!) / 0.075);
    const colour = isScalp ? scalp : skin;
    colours.set(
      colour.map((value) => value * light),
      i * 3,
    );
  }
  const seen = { colours, weights: new Float32Array(count).fill(1) };
  return findHairPalette({ ...whole, seen });
}

const whole = { positionsHead, graph, isSkin: () => true, zone, rimColours: new Float32Array(0) };

describe('tellsHair', () => {
  const [skin, scalp] = [
    [0.77, 0.63, 0.53],
    [0.4, 0.33, 0.17],
  ] as const;
  /** Share of the scalp that light makes as pale as the face. */
  const seenWith = (lit: number): { colours: Float32Array; weights: Float32Array } => {
    const colours = new Float32Array(count * 3);
    for (let i = 0; i < count; i++) {
      const isHair = zone.hairlineDistanceM[i]! > 0 && i % 20 >= lit * 20;
      colours.set(isHair ? scalp : skin, i * 3);
    }
    return { colours, weights: new Float32Array(count).fill(1) };
  };
  const palette = { skin, hair: scalp, contrast: 0.5, strands: 0.1 };

  it('dark hair with a few lights yes, blond hair half of which is as pale as the face no, a bald head no', () => {
    expect(tellsHair(palette, zone, seenWith(0.1))).toBe(true);
    expect(tellsHair(palette, zone, seenWith(0.5))).toBe(false);
    expect(tellsHair({ ...palette, hair: null }, zone, seenWith(0.1))).toBe(false);
  });
});

describe('findHairPalette', () => {
  it.each([
    ['black on light skin', [0.85, 0.65, 0.55], [0.08, 0.07, 0.07]],
    ['black on dark skin', [0.4, 0.26, 0.2], [0.06, 0.06, 0.06]],
    ['blond on light skin', [0.8, 0.62, 0.52], [0.62, 0.48, 0.28]],
    ['grey on brown skin of the same brightness', [0.55, 0.36, 0.26], [0.42, 0.42, 0.43]],
  ])('tells %s', (_name, skin, scalp) => {
    const palette = paletteOf(skin, scalp);
    expect(palette?.hair).not.toBeNull();
    for (const light of [0.65, 0.9]) {
      expect(
        hairShareOf(
          palette!,
          scalp.map((value) => value * light),
        ),
      ).toBeGreaterThan(0.8);
      expect(
        hairShareOf(
          palette!,
          skin.map((value) => value * light),
        ),
      ).toBeLessThan(0.2);
    }
  });

  it.each([
    ['light', [0.85, 0.65, 0.55]],
    ['dark', [0.35, 0.22, 0.17]],
  ])('finds no hair on a shaved head of %s skin, shaded by a quarter', (_name, skin) => {
    const found = paletteOf(
      skin,
      skin.map((value) => value * 0.78),
    );
    const palette = doubtHair(found!, zone, flat);
    expect(palette.hair).toBeNull();
    expect(hairShareOf(palette, [0, 0, 0])).toBe(0);
    expect(isHairColour(palette, [0, 0, 0])).toBe(false);
  });

  it('doubts faint hair that lies flat, and only that', () => {
    const faint = paletteOf([0.85, 0.65, 0.55], [0.6, 0.42, 0.32])!;
    const dark = paletteOf([0.85, 0.65, 0.55], [0.1, 0.08, 0.07])!;
    expect(faint.hair).not.toBeNull();
    expect(doubtHair(faint, zone, flat).hair).toBeNull();
    expect(doubtHair(faint, zone, thick)).toBe(faint);
    expect(doubtHair(dark, zone, flat)).toBe(dark);
  });

  it('hair of skin’s colour is hair where it shows strands, or stands far off the skull', () => {
    const skin = [0.85, 0.65, 0.55];
    const smooth = paletteOf(skin, skin)!;
    expect(doubtHair(smooth, zone, flat).hair).toBeNull();
    expect(doubtHair(smooth, zone, thick)).toBe(smooth);
    const stranded = paletteOf(skin, skin, 0.1)!;
    expect(doubtHair(stranded, zone, flat)).toBe(stranded);
  });

  it('a shine on a smooth scalp that lies close is none; white hair with strands or volume is hair', () => {
    const skin = [0.63, 0.37, 0.33];
    const shine = skin.map((value) => value + 0.55 * (1 - value));
    expect(doubtHair(paletteOf(skin, shine)!, zone, flat).hair).toBeNull();
    expect(doubtHair(paletteOf(skin, shine)!, zone, thick).hair).not.toBeNull();
    expect(doubtHair(paletteOf(skin, shine, 0.1)!, zone, flat).hair).not.toBeNull();
    // Yellow is no light on skin: blue does not rise with it.
    expect(doubtHair(paletteOf(skin, [0.9, 0.8, 0.25])!, zone, flat).hair).not.toBeNull();
  });

  it('does not take a red shirt beside the neck for hair', () => {
    const palette = paletteOf([0.8, 0.62, 0.52], [0.12, 0.09, 0.07])!;
    expect(isHairColour(palette, [0.1, 0.08, 0.06])).toBe(true);
    expect(isHairColour(palette, [0.7, 0.1, 0.1])).toBe(false);
  });

  it('says nothing of a photo that shows no face', () => {
    const seen = { colours: new Float32Array(count * 3), weights: new Float32Array(count) };
    expect(findHairPalette({ ...whole, seen })).toBeNull();
  });
});
