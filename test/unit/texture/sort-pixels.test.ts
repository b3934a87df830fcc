import { describe, expect, it } from 'vitest';
import { appendShell } from '../../../src-main/mesh/append-shell.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { spreadFromOutline, PLACE } from '../../../src-main/pipeline/07-texture/find-covered.ts';
import { findFeatureHeights } from '../../../src-main/pipeline/07-texture/feature-heights.ts';
import { sortPixels, suitsSkin } from '../../../src-main/pipeline/07-texture/sort-pixels.ts';
import { compareTints } from '../../../src-main/pipeline/07-texture/tell-hair.ts';
import { learnTintDistance } from '../../../src-main/render/skin-likeness.ts';
import { createPhotoProbe, probePhoto } from '../../../src-main/render/photo-probe.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

describe('spreadFromOutline', () => {
  /** `#` nothing, `b` beside the face, `k` kept; capitals are strange there. */
  const spread = (rows: readonly string[]): string[] => {
    const text = rows.join('');
    const places = Uint8Array.from(text, (c) =>
      c === '#' ? PLACE.nothing : c.toLowerCase() === 'b' ? PLACE.beside : PLACE.kept,
    );
    const like = Float32Array.from(text, (c) => (c === c.toUpperCase() ? 0.1 : 1));
    const out = spreadFromOutline(places, like, rows[0]!.length);
    return rows.map((row, y) => [...row].map((_, x) => (out[y * row.length + x] === 1 ? 'x' : '.')).join(''));
  };

  it('takes strange colours from the outline on, and as far as they hang together', () => {
    expect(spread(['#BBbB', '#bBbb', '#bbbb'])).toEqual(['.xx..', '..x..', '.....']);
  });

  it('leaves what has no way to the outline, and what is kept', () => {
    expect(spread(['#bBB', '#bBB'])).toEqual(['....', '....']);
    expect(spread(['#KBB', '#KBB'])).toEqual(['....', '....']);
    expect(spread(['#BKB', '#BKB'])).toEqual(['.x..', '.x..']);
  });

  it('does not run around the ends of rows', () => {
    expect(spread(['bbB#', 'Bbbb'])).toEqual(['..x.', '....']);
  });
});

describe('sortPixels', () => {
  const synthetic = makeSyntheticHead();
  const { topology, positionsHead } = synthetic;
  const mesh = { positionsHead, triangles: triangulateTopology(topology).triangles };
  const normals = vertexNormals(mesh);
  const camera = portraitCamera(0, 320);
  const heights = findFeatureHeights(topology, positionsHead, camera, undefined);
  /** Vertices of the skin that the photo shows in a box of the front, m. */
  const inBox = (x: readonly [number, number], y: readonly [number, number]): number[] =>
    [...Array(positionsHead.length / 3).keys()].filter((v) => {
      const [px, py, pz] = [positionsHead[v * 3]!, positionsHead[v * 3 + 1]!, positionsHead[v * 3 + 2]!];
      return pz > 0.02 && px > x[0] && px < x[1] && py > y[0] && py < y[1];
    });

  /** The portrait with some of its head painted over, at pixels whose place `covers`. */
  const sort = (
    covers: (x: number, y: number) => boolean,
  ): ReturnType<typeof sortPixels> & { plain: Float32Array } => {
    const portrait = takePortrait(synthetic, camera);
    const { image } = portrait.photo;
    const { alpha } = portrait.analysis.mask;
    // Metres a pixel in the plane of the outline.
    const perPx = 1.2 / camera.focalPx[0];
    alpha.forEach((value, i) => {
      const x = ((i % image.widthPx) + 0.5 - image.widthPx / 2) * perPx;
      const y = -(Math.floor(i / image.widthPx) + 0.5 - image.heightPx / 2) * perPx;
      if (value > 0 && covers(x, y)) image.rgbaSrgb.set([35, 30, 70], i * 4);
    });
    const probe = createPhotoProbe({ image, maskAlpha: alpha, camera, mesh, pxPerM: 1500 });
    const heightM = new Float32Array(positionsHead.length / 3);
    const sorted = sortPixels({
      probe,
      mesh,
      whole: mesh,
      heightM,
      topology,
      priorHead: positionsHead,
      heights,
    });
    return { ...sorted, plain: probePhoto(probe, positionsHead, normals).weights };
  };
  const kept = ({ skin, plain }: ReturnType<typeof sort>, vertices: number[]): number => {
    const { weights } = probePhoto(skin, positionsHead, normals);
    const seen = vertices.filter((v) => plain[v]! > 0.3);
    expect(seen.length).toBeGreaterThan(3);
    return seen.reduce((sum, v) => sum + weights[v]! / plain[v]! / seen.length, 0);
  };
  /** Share of the photo on a shell over the forehead, hair from 5 cm up, whose lower rim shows skin in the photo. `darkM`: hair below has skin's colour. */
  const keptOnRim = (standsM: number, darkM = 0.05): number => {
    const quads = Uint32Array.from(
      [...Array(topology.quads.length / 4).keys()].filter((quad) =>
        topology.quads.subarray(quad * 4, quad * 4 + 4).every((v) => positionsHead[v * 3 + 1]! > 0.02),
      ),
    );
    const shell = { quads, positionsHead: positionsHead.map((value, i) => value + standsM * normals[i]!) };
    const joined = appendShell(topology, positionsHead, shell, 'hair');
    const whole = {
      positionsHead: joined.positionsHead,
      triangles: triangulateTopology(joined.topology).triangles,
    };
    const { photo, analysis } = takePortrait(synthetic, camera);
    const { image } = photo;
    const perPx = 1.2 / camera.focalPx[0];
    const { alpha } = analysis.mask;
    alpha.forEach((value, i) => {
      const y = -(Math.floor(i / image.widthPx) + 0.5 - image.heightPx / 2) * perPx;
      if (value > 0 && y > darkM) image.rgbaSrgb.set([35, 30, 70], i * 4);
    });
    const probe = createPhotoProbe({ image, maskAlpha: alpha, camera, mesh: whole, pxPerM: 1500 });
    const heightM = Float32Array.from({ length: whole.positionsHead.length / 3 }, (_, v) =>
      v < topology.vertexCount ? 0 : standsM,
    );
    const sorted = sortPixels({ probe, mesh, whole, heightM, topology, priorHead: positionsHead, heights });
    const rim = inBox([-0.02, 0.02], [0.025, 0.04]).flatMap((v) => [
      ...shell.positionsHead.subarray(v * 3, v * 3 + 3),
    ]);
    const { weights } = probePhoto(
      sorted.hair,
      Float32Array.from(rim),
      Float32Array.from(rim, (_, i) => (i % 3 === 2 ? 1 : 0)),
    );
    expect(weights.length).toBeGreaterThan(3);
    return weights.reduce((sum, weight) => sum + weight / weights.length, 0);
  };

  it('hair that ends close to the skin shows the photo’s skin there, what stands off does not', () => {
    expect(keptOnRim(0.004)).toBeGreaterThan(0.8);
    expect(keptOnRim(0.025)).toBeLessThan(0.2);
  });

  it('hair most of which looks like skin keeps the photo, however far it stands off', () => {
    expect(keptOnRim(0.025, 0.1)).toBeGreaterThan(0.8);
  });

  /** A lock that hangs before the left cheek, from the outline inwards. */
  const isLock = (x: number, y: number): boolean => x > 0.048 && y < 0.015 && y > -0.055;
  /** The same colour in the middle of a cheek: a mole, or paint. */
  const isMole = (x: number, y: number): boolean => Math.hypot(x + 0.03, y + 0.03) < 0.008;

  const sorted = sort(isLock);
  const withMole = sort(isMole);

  it('takes a lock at the outline out of the skin, and leaves the other cheek', () => {
    expect(kept(sorted, inBox([0.054, 0.07], [-0.045, 0.005]))).toBeLessThan(0.1);
    expect(kept(sorted, inBox([-0.06, -0.02], [-0.045, 0.005]))).toBeGreaterThan(0.95);
  });

  it('keeps the sides of a beard, on a head without a group of mouth', () => {
    const bearded = sort((_, y) => y < -0.05);
    expect(kept(bearded, inBox([-0.07, -0.035], [-0.08, -0.055]))).toBeGreaterThan(0.95);
    expect(kept(bearded, inBox([0.035, 0.07], [-0.08, -0.055]))).toBeGreaterThan(0.95);
  });

  it('leaves a mole, which has no way to the outline', () => {
    expect(kept(withMole, inBox([-0.037, -0.023], [-0.037, -0.023]))).toBeGreaterThan(0.95);
  });

  it('lets views show only skin where the photo shows something before it', () => {
    const suits = suitsSkin(sorted);
    const covered = inBox([0.054, 0.07], [-0.045, 0.005]).filter((v) => sorted.bare[v]! > 0.9);
    expect(covered.length).toBeGreaterThan(3);
    for (const v of covered) {
      expect(suits(v, [35 / 255, 30 / 255, 70 / 255])).toBeLessThan(0.2);
      expect(suits(v, [0.8, 0.6, 0.5])).toBeGreaterThan(0.8);
    }
  });

  it('offers as an example of skin only what looks like it, seen squarely', () => {
    const { colour, isOwn } = withMole.skinPicture!;
    let [own, dark] = [0, 0];
    isOwn.forEach((value, i) => {
      own += value;
      if (value === 1 && colour.values[i * 3]! < 0.5) dark++;
    });
    expect(own).toBeGreaterThan(400);
    // Pixels of the border are mixed.
    expect(dark / own).toBeLessThan(0.01);
  });
});

describe('compareTints', () => {
  const around = (colour: readonly number[]): Float32Array =>
    Float32Array.from({ length: 300 }, (_, k) => colour[k % 3]! * (1 + 0.1 * Math.sin(k)));
  const rows = [...Array(100).keys()];
  const rather = compareTints(
    learnTintDistance(around([0.85, 0.68, 0.58]), rows),
    learnTintDistance(around([0.55, 0.42, 0.22]), rows),
  )!;

  it('tells blond hair from pale skin, which is not unlike it', () => {
    expect(rather(0.55, 0.42, 0.22)).toBe(1);
    expect(rather(0.85, 0.68, 0.58)).toBe(0);
  });

  it('decides also about what is like neither: shaded skin, and dark hair', () => {
    expect(rather(0.5, 0.4, 0.34)).toBeLessThan(0.2);
    expect(rather(0.12, 0.09, 0.04)).toBe(1);
  });

  it('knows nothing with one tint alone', () => {
    expect(compareTints(null, learnTintDistance(around([0.5, 0.5, 0.5]), rows))).toBeNull();
  });
});
