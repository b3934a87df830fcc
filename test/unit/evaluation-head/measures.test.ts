import { describe, expect, it } from 'vitest';
import { measureSurface } from '../../../src-main/evaluation/head/measure-surface.ts';
import { measureTexture } from '../../../src-main/evaluation/head/measure-texture.ts';
import { measureWrap, skinOfTruth } from '../../../src-main/evaluation/head/measure-wrap.ts';
import { structuralSimilarity } from '../../../src-main/evaluation/head/structural-similarity.ts';
import type { ImageRgba } from '../../../src-main/image/image.ts';
import { viewRig } from '../../../src-main/camera/view-rig.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';

const RADIUS_M = 0.1;
const truthMesh = makeIcosphere(RADIUS_M, 4);
const normals = vertexNormals(truthMesh);
const truth = {
  mesh: truthMesh,
  seen: {
    positionsHead: truthMesh.positionsHead,
    normalsHead: normals,
    isSkin: new Uint8Array(truthMesh.positionsHead.length / 3).map((_, i) => (i % 2 === 0 ? 1 : 0)),
  },
};

describe('measureSurface', () => {
  it('a sphere that is 2 mm larger: 2 mm both ways, no angle', () => {
    const errors = measureSurface(truth, makeIcosphere(RADIUS_M + 0.002, 4), () => true, false);
    // Flat triangles cut 0.2 mm off a sphere of this fineness.
    expect(errors.truthToMeshMm).toBeGreaterThan(1.7);
    expect(errors.truthToMeshMm).toBeLessThan(2.01);
    expect(errors.meshToTruthMm).toBeGreaterThan(1.9);
    expect(errors.meshToTruthMm).toBeLessThan(2.1);
    expect(errors.truthToMesh95Mm).toBeLessThan(2.01);
    expect(errors.normalDeg).toBeLessThan(1);
  });

  it('regions: only the half that counts is measured, in both directions', () => {
    const shifted = makeIcosphere(RADIUS_M, 4);
    for (let i = 0; i < shifted.positionsHead.length; i += 3) {
      if (shifted.positionsHead[i + 2]! < 0) shifted.positionsHead[i + 2]! -= 0.01;
    }
    const front = measureSurface(truth, shifted, (point) => point[2]! > 0.02, true);
    const back = measureSurface(truth, shifted, (point) => point[2]! < -0.05, true);
    expect(front.truthToMeshMm + front.meshToTruthMm).toBeLessThan(0.01);
    expect(back.truthToMeshMm).toBeGreaterThan(4);
  });

  it('normals turned by a slope show as its angle', () => {
    const slope = Math.tan((10 * Math.PI) / 180);
    const plane = (perX: number): { positionsHead: Float32Array; triangles: Uint32Array } => ({
      positionsHead: Float32Array.of(-1, -1, -perX, 1, -1, perX, 1, 1, perX, -1, 1, -perX),
      triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
    });
    const flat = {
      mesh: plane(0),
      seen: {
        positionsHead: Float32Array.of(0, 0, 0, 0.01, 0, 0),
        normalsHead: Float32Array.of(0, 0, 1, 0, 0, 1),
        isSkin: Uint8Array.of(1, 1),
      },
    };
    expect(measureSurface(flat, plane(slope), () => true, false).normalDeg).toBeCloseTo(10, 3);
  });
});

describe('measureWrap', () => {
  const { topology, positionsHead } = makeSyntheticHead(40, 56);
  const skin = triangulateTopology(topology);
  const group = topology.groups.indexOf('skin');
  const surface = {
    positionsHead,
    triangles: skin.triangles.filter((_, i) => skin.triangleGroups[Math.floor(i / 3)] === group),
  };
  const cameras = viewRig(4, 128).map(({ camera }) => camera);
  const hairy = (point: readonly number[]): boolean => point[1]! > 0.02;
  const grown = (where: (point: readonly number[]) => boolean): Float32Array => {
    const out = positionsHead.slice();
    for (let i = 0; i < out.length; i += 3) {
      const point = [out[i]!, out[i + 1]!, out[i + 2]!];
      if (where(point)) for (let k = 0; k < 3; k++) out[i + k] = point[k]! * 1.05;
    }
    return out;
  };
  const errorsOf = (positions: Float32Array): ReturnType<typeof measureWrap> =>
    measureWrap(
      { topology, positionsHead: positions, hair: null, meanDistanceMm: 0 },
      surface,
      cameras,
      (point) => !hairy(point),
    );

  it('is nothing for a template that is the surface, and for one that leaves it where there is hair', () => {
    expect(errorsOf(positionsHead).skinWrapMm).toBeLessThan(0.01);
    expect(errorsOf(grown(hairy)).skinWrapMm).toBeLessThan(0.3);
  });

  it('sees both directions of skin that stands off', () => {
    const { templateToSurfaceMm, surfaceToTemplateMm, skinWrapWithin2Mm } = errorsOf(
      grown((point) => !hairy(point)),
    );
    expect(templateToSurfaceMm).toBeGreaterThan(2);
    expect(surfaceToTemplateMm).toBeGreaterThan(2);
    expect(skinWrapWithin2Mm).toBeLessThan(0.5);
  });

  it('skin of a truth: the nearest of all its points decides', () => {
    const isSkin = skinOfTruth({
      positionsHead: Float32Array.of(0, 0, 0, 0.01, 0, 0),
      normalsHead: new Float32Array(6),
      isSkin: Uint8Array.of(1, 0),
    });
    expect(isSkin([0.004, 0, 0])).toBe(true);
    expect(isSkin([0.006, 0, 0])).toBe(false);
  });
});

describe('structuralSimilarity', () => {
  const SIZE = 48;
  const raster = (value: (x: number, y: number) => number) => ({
    widthPx: SIZE,
    heightPx: SIZE,
    channels: 1,
    values: Float32Array.from({ length: SIZE * SIZE }, (_, i) => value(i % SIZE, Math.floor(i / SIZE))),
  });
  const waves = (x: number, y: number): number => 0.5 + 0.2 * Math.sin(x / 2) + 0.2 * Math.cos(y / 3);
  const all = new Uint8Array(SIZE * SIZE).fill(1);

  it('is 1 for equal pictures and falls with every pixel of shift', () => {
    const scores = [0, 1, 2].map((shift) =>
      structuralSimilarity(
        raster(waves),
        raster((x, y) => waves(x + shift, y)),
        all,
      ),
    );
    expect(scores[0]).toBeCloseTo(1, 6);
    expect(scores[1]).toBeLessThan(0.95);
    expect(scores[2]).toBeLessThan(scores[1]!);
  });

  it('flat pictures: the luminance term of the definition', () => {
    const [a, b] = [0.4, 0.6];
    const expected = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
    const score = structuralSimilarity(
      raster(() => a),
      raster(() => b),
      all,
    );
    expect(score).toBeCloseTo(expected, 3);
  });

  it('looks inside the mask only', () => {
    const half = all.map((_, i) => (i % SIZE < SIZE / 2 - 8 ? 1 : 0));
    const other = raster((x, y) => (x < SIZE / 2 ? waves(x, y) : 0));
    expect(structuralSimilarity(raster(waves), other, half)).toBeCloseTo(1, 4);
    expect(structuralSimilarity(raster(waves), other, all)).toBeLessThan(0.8);
  });
});

describe('measureTexture', () => {
  const side = 32;
  const picture = (
    colourOf: (i: number) => number,
    alphaOf: (i: number) => number = () => 255,
  ): ImageRgba => ({
    widthPx: side,
    heightPx: side,
    rgbaSrgb: Uint8ClampedArray.from({ length: side * side * 4 }, (_, k) =>
      k % 4 === 3 ? alphaOf(k >> 2) : colourOf(k >> 2),
    ),
  });
  const isLow = (i: number): number => (i >= (side * side) / 2 ? 1 : 0);
  const isCloth = Uint8Array.from({ length: side * side }, (_, i) => isLow(i));
  const none = new Uint8Array(side * side);

  it('25.5 grades of 255 everywhere are 20 dB', () => {
    const made = picture((i) => 100 + (i % 2 === 0 ? 25 : 26));
    const { texturePsnr } = measureTexture([{ image: picture(() => 100), isCloth: none }], [made]);
    expect(texturePsnr).toBeCloseTo(20, 1);
  });

  it('counts neither clothes nor what one of both does not cover', () => {
    const image = picture((i) => (isLow(i) ? 0 : 100));
    const made = picture((i) => (isLow(i) ? 200 : 110));
    const naked = measureTexture([{ image, isCloth }], [made]).texturePsnr;
    expect(naked).toBeCloseTo(-20 * Math.log10(10 / 255), 3);
    const cut = picture(
      (i) => (isLow(i) ? 200 : 110),
      (i) => (isLow(i) ? 0 : 255),
    );
    expect(measureTexture([{ image, isCloth: none }], [cut]).texturePsnr).toBeCloseTo(naked, 3);
    expect(measureTexture([{ image, isCloth: none }], [made]).texturePsnr).toBeLessThan(10);
  });
});
