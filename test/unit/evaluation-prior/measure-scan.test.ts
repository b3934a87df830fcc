import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { drawKnownHead } from '../../../src-main/evaluation/prior/draw-known-head.ts';
import type { KnownHead, Scene } from '../../../src-main/evaluation/prior/known-head.ts';
import { measureScan } from '../../../src-main/evaluation/prior/measure-scan.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const { model } = makeSyntheticHead();
const { triangles } = triangulateTopology(model.topology);
const COUNT = model.topology.vertexCount;

function knownHead(positionsHead: Float32Array): KnownHead {
  return {
    name: 'synthetic',
    positionsHead,
    triangles,
    paint: { coloursSrgb: new Float32Array(COUNT * 4).fill(0.7), texture: null },
    skinVertices: Uint32Array.from({ length: COUNT }, (_, v) => v),
    eyesHead: [
      [0.03, 0.03, 0.085],
      [-0.03, 0.03, 0.085],
    ],
  };
}

const SCENE: Scene = { yawDeg: 0, pitchDeg: 0, distanceM: 1.2, hasHair: false, hasGlasses: false };
const random = (): (() => number) => createSeededRandom(Uint32Array.of(9, 8, 7, 6));
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function landmarkPoints(positions: ArrayLike<number>): Float64Array {
  const { vertices, weights } = model.landmarks;
  const out = new Float64Array(vertices.length);
  for (let i = 0; i < vertices.length; i++) {
    for (let axis = 0; axis < 3; axis++) {
      out[i - (i % 3) + axis]! += weights[i]! * positions[vertices[i]! * 3 + axis]!;
    }
  }
  return out;
}

describe('measureScan', () => {
  const head = knownHead(Float32Array.from(model.neutralHead));
  const { camera } = drawKnownHead(head, SCENE, random());
  const foundPx = projectPoints(camera, Float32Array.from(landmarkPoints(head.positionsHead)));
  const trust = new Float64Array(478).fill(1);

  it('is zero for the same shape, however it is moved, turned and scaled', () => {
    const [cos, sin] = [Math.cos(0.4), Math.sin(0.4)];
    const moved = new Float32Array(COUNT * 3);
    for (let i = 0; i < moved.length; i += 3) {
      const [x, y, z] = [model.neutralHead[i]!, model.neutralHead[i + 1]!, model.neutralHead[i + 2]!];
      moved.set([1.3 * (cos * x - sin * y) + 0.2, 1.3 * (sin * x + cos * y), 1.3 * z - 0.5], i);
    }
    const landmarks = { foundPx, fittedHead: landmarkPoints(moved), trust };
    expect(mean(measureScan(head, camera, { positionsHead: moved, triangles }, landmarks))).toBeLessThan(
      0.01,
    );
  });

  it('measures a bump of known height, and only there', () => {
    const HEIGHT_M = 0.004;
    const bumped = Float32Array.from(model.neutralHead, (value, i) => {
      const at = i - (i % 3);
      const isBump = model.neutralHead[at]! > 0.03 && model.neutralHead[at + 1]! > 0.04;
      return i % 3 === 2 && isBump ? value + HEIGHT_M : value;
    });
    const landmarks = { foundPx, fittedHead: landmarkPoints(bumped), trust };
    const distances = measureScan(head, camera, { positionsHead: bumped, triangles }, landmarks);
    const largest = distances.reduce((a, b) => Math.max(a, b));
    expect(largest).toBeGreaterThan(1.5);
    expect(largest).toBeLessThan(HEIGHT_M * 1000);
    expect(mean(distances)).toBeLessThan(0.8);
  });
});

describe('drawKnownHead', () => {
  it('turns the face to the right of the picture for a positive yaw', () => {
    const head = knownHead(Float32Array.from(model.neutralHead));
    const { camera } = drawKnownHead(head, { ...SCENE, yawDeg: 40 }, random());
    const [noseU, , noseDepth] = projectPoints(camera, Float32Array.of(0, 0, 0.115));
    const [backU, , backDepth] = projectPoints(camera, Float32Array.of(0, 0, -0.09));
    expect(noseU!).toBeGreaterThan(backU!);
    expect(noseDepth!).toBeLessThan(backDepth!);
  });

  it('draws hair and glasses over the head', () => {
    const head = knownHead(Float32Array.from(model.neutralHead));
    const bare = drawKnownHead(head, SCENE, random()).image.rgbaSrgb;
    for (const scene of [
      { ...SCENE, hasHair: true },
      { ...SCENE, hasGlasses: true },
    ]) {
      const drawn = drawKnownHead(head, scene, random()).image.rgbaSrgb;
      let darker = 0;
      for (let i = 0; i < drawn.length; i += 4) if (drawn[i]! < bare[i]! - 60) darker++;
      expect(darker).toBeGreaterThan(300);
    }
  });
});
