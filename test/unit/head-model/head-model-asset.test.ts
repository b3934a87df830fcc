import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { uvOverlapCount } from './uv-overlap.ts';

const FILE = new URL('../../../assets/head-model.bin', import.meta.url);
const model = readHeadModel(readFileSync(FILE));
const { topology } = model;
const MM = 1000;

/** ARKit's ARFaceAnchor.BlendShapeLocation, alphabetical. */
const ARKIT = (
  'browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight ' +
  'eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight eyeLookOutLeft ' +
  'eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward ' +
  'jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel ' +
  'mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight ' +
  'mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft ' +
  'mouthStretchRight mouthUpperUpLeft mouthUpperUpRight noseSneerLeft noseSneerRight tongueOut'
).split(' ');

function point(index: number): [number, number, number] {
  const p = model.neutralHead;
  return [p[index * 3]!, p[index * 3 + 1]!, p[index * 3 + 2]!];
}

/** Mean of the vertices of the quads of a group, head frame, m. */
function groupCentre(name: string): [number, number, number] {
  const group = topology.groups.indexOf(name);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  topology.quads.forEach((vertex, corner) => {
    if (topology.quadGroups[corner >> 2] !== group) return;
    point(vertex).forEach((value, axis) => (sum[axis]! += value));
    count++;
  });
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Displacement of a vertex by an expression at weight 1, m. */
function moved(name: string, vertex: number): [number, number, number] {
  const start = (model.expressionNames.indexOf(name) * topology.vertexCount + vertex) * 3;
  return [model.expression[start]!, model.expression[start + 1]!, model.expression[start + 2]!];
}

/** A landmark on the mean head, head frame, m. */
function landmarkPlace(k: number): [number, number, number] {
  const { vertices, weights } = model.landmarks;
  const out: [number, number, number] = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    point(vertices[k * 3 + c]!).forEach((value, axis) => (out[axis]! += value * weights[k * 3 + c]!));
  }
  return out;
}

describe('assets/head-model.bin', () => {
  it('is small enough to ship', () => {
    expect(statSync(FILE).size).toBeLessThanOrEqual(12e6);
  });

  it('has 8 to 14 thousand vertices, at least 80 identity modes and finite numbers', () => {
    expect(topology.vertexCount).toBeGreaterThan(8_000);
    expect(topology.vertexCount).toBeLessThan(14_000);
    expect(model.identityCount).toBeGreaterThanOrEqual(80);
    for (const array of [model.neutralHead, model.identity, model.expression, topology.uvs]) {
      expect(array.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it('names the 52 ARKit shapes', () => {
    expect(model.expressionNames).toEqual(ARKIT);
  });

  it('is all quads: four different vertices each', () => {
    for (let q = 0; q < topology.quads.length; q += 4) {
      if (new Set(topology.quads.subarray(q, q + 4)).size !== 4)
        throw new Error(`quad ${q / 4} is degenerate`);
    }
  });

  it('is manifold, consistently oriented, and open only at the neck and the gums', () => {
    const directed = new Set<number>();
    for (let q = 0; q < topology.quads.length; q += 4) {
      for (let k = 0; k < 4; k++) {
        const key = topology.quads[q + k]! * topology.vertexCount + topology.quads[q + ((k + 1) % 4)]!;
        if (directed.has(key)) throw new Error(`edge of quad ${q / 4} is used twice in one direction`);
        directed.add(key);
      }
    }
    const lowest = Math.min(...model.neutralHead.filter((_, i) => i % 3 === 1));
    const neck = model.regionNames.indexOf('neck');
    const gums = ['teeth-upper', 'teeth-lower'].map((name) => topology.groups.indexOf(name));
    const toothed = new Set<number>();
    topology.quads.forEach((vertex, corner) => {
      if (gums.includes(topology.quadGroups[corner >> 2]!)) toothed.add(vertex);
    });
    let open = 0;
    for (const key of directed) {
      const a = Math.floor(key / topology.vertexCount);
      const b = key % topology.vertexCount;
      if (directed.has(b * topology.vertexCount + a)) continue;
      open++;
      const atNeck = model.regions[a] === neck && point(a)[1] - lowest < 0.05;
      if (!atNeck && !toothed.has(a)) throw new Error(`open edge ${a}–${b} is neither neck nor gum`);
    }
    expect(open).toBeGreaterThan(0);
  });

  it('mirrors: an involution that maps quads to quads and the mean head onto itself', () => {
    const keyOf = (quad: ArrayLike<number>): string =>
      Array.from(quad)
        .sort((a, b) => a - b)
        .join(' ');
    const quads = new Set<string>();
    for (let q = 0; q < topology.quads.length; q += 4) quads.add(keyOf(topology.quads.subarray(q, q + 4)));
    let worst = 0;
    topology.mirror.forEach((other, vertex) => {
      expect(topology.mirror[other]).toBe(vertex);
      const [x, y, z] = point(vertex);
      const [mx, my, mz] = point(other);
      worst = Math.max(worst, Math.hypot(x + mx, y - my, z - mz) * MM);
    });
    expect(worst).toBeLessThan(0.1);
    for (let q = 0; q < topology.quads.length; q += 4) {
      const mirrored = Array.from(topology.quads.subarray(q, q + 4), (vertex) => topology.mirror[vertex]!);
      if (!quads.has(keyOf(mirrored))) throw new Error(`quad ${q / 4} has no mirror image`);
    }
  });

  it('has texture coordinates inside the square that do not overlap', () => {
    expect(topology.uvs.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(uvOverlapCount(topology, 1024)).toBe(0);
  });

  it('keeps the eyes in their sockets, the lower teeth below the upper, left on +X', () => {
    const [leftX] = groupCentre('eye-left');
    const [rightX] = groupCentre('eye-right');
    expect(leftX).toBeGreaterThan(0.02);
    expect(rightX).toBeCloseTo(-leftX, 4);
    expect(groupCentre('teeth-lower')[1]).toBeLessThan(groupCentre('teeth-upper')[1]);
    for (const side of ['left', 'right'] as const) {
      const lid = model.regionNames.indexOf(`eye-${side}`);
      const centre = groupCentre(`eye-${side}`);
      let front = -Infinity;
      for (let v = 0; v < topology.vertexCount; v++) {
        if (model.regions[v] === lid) front = Math.max(front, point(v)[2]);
      }
      expect(front).toBeGreaterThan(centre[2]);
      const ball = topology.groups.indexOf(`eye-${side}`);
      let apex = -Infinity;
      topology.quads.forEach((vertex, corner) => {
        if (topology.quadGroups[corner >> 2] === ball) apex = Math.max(apex, point(vertex)[2]);
      });
      expect((apex - front) * MM).toBeLessThan(2);
    }
  });

  it('has skin weights that sum to 1 and joints in a tree', () => {
    for (let v = 0; v < topology.vertexCount; v++) {
      const sum = model.skinWeights.subarray(v * 4, v * 4 + 4).reduce((a, b) => a + b, 0);
      if (Math.abs(sum - 1) > 1e-5) throw new Error(`weights of vertex ${v} sum to ${sum}`);
    }
    expect(model.joints.map((joint) => joint.name)).toEqual([
      'root',
      'neck',
      'head',
      'jaw',
      'eye-left',
      'eye-right',
    ]);
    model.joints.forEach((joint, index) => expect(joint.parent).toBeLessThan(index));
  });

  it('embeds every landmark in a triangle, eyes and lips where they belong', () => {
    const { weights, residualM } = model.landmarks;
    const place = landmarkPlace;
    for (let k = 0; k < 478; k++) {
      const three = Array.from(weights.subarray(k * 3, k * 3 + 3));
      expect(Math.min(...three)).toBeGreaterThanOrEqual(-1e-6);
      expect(three.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      expect(residualM[k]).toBeGreaterThan(0);
    }
    // MediaPipe: 33 outer corner of the subject's right eye, 263 of the left; 1 nose tip; 152 chin; 10 forehead.
    expect(place(33)[0]).toBeLessThan(-0.03);
    expect(place(263)[0]).toBeGreaterThan(0.03);
    expect(place(1)[2]).toBeGreaterThan(place(33)[2] + 0.02);
    expect(place(152)[1]).toBeLessThan(place(13)[1] - 0.02);
    expect(place(10)[1]).toBeGreaterThan(place(33)[1] + 0.03);
    expect(place(473)[0]).toBeGreaterThan(0.02);
    // The sagittal plane's: forehead, nose, philtrum, both lips, chin.
    for (const k of [10, 168, 1, 2, 0, 13, 14, 17, 152]) expect(Math.abs(place(k)[0]) * MM).toBeLessThan(0.5);
  });

  it('has the inner contours of both lips on the lip that they are of: they part when the jaw opens', () => {
    const { vertices, weights } = model.landmarks;
    const wayDownMm = (k: number): number =>
      [0, 1, 2].reduce(
        (sum, c) => sum - MM * weights[k * 3 + c]! * moved('jawOpen', vertices[k * 3 + c]!)[1],
        0,
      );
    const upper = [80, 81, 82, 13, 312, 311, 310];
    const lower = [88, 178, 87, 14, 317, 402, 318];
    for (const [i, k] of lower.entries()) {
      expect(wayDownMm(k)).toBeGreaterThan(15);
      expect(wayDownMm(upper[i]!)).toBeLessThan(10);
    }
  });

  it('keeps the eyes behind the lids when they blink', () => {
    for (const [side, landmark] of [
      ['left', 386],
      ['right', 159],
    ] as const) {
      const shape = side === 'left' ? 'eyeBlinkLeft' : 'eyeBlinkRight';
      const upperLid = model.landmarks.vertices[landmark * 3]!;
      const lowerLid = model.landmarks.vertices[(side === 'left' ? 374 : 145) * 3]!;
      const heightAt = (vertex: number): number => point(vertex)[1] + moved(shape, vertex)[1];
      // Two millimetres are the thickness of both margins.
      expect((heightAt(upperLid) - heightAt(lowerLid)) * MM).toBeLessThan(2);
    }
  });

  it('has levels of detail with half and a quarter of the vertices: sound, unfolded quads', () => {
    expect(model.lods?.map((lod) => lod.name)).toEqual(['half', 'quarter']);
    model.lods?.forEach((lod, level) => {
      const share = new Set(lod.quads).size / topology.vertexCount;
      expect(share).toBeGreaterThan(0.4 / 2 ** level);
      expect(share).toBeLessThan(0.51 / 2 ** level);
      const edges = new Set<number>();
      for (let q = 0; q < lod.quads.length; q += 4) {
        for (let k = 0; k < 4; k++) {
          const key = lod.quads[q + k]! * topology.vertexCount + lod.quads[q + ((k + 1) % 4)]!;
          if (edges.has(key))
            throw new Error(`${lod.name}: edge of quad ${q / 4} is used twice in one direction`);
          edges.add(key);
        }
      }
      expect(uvOverlapCount({ uvs: topology.uvs, quadUvs: lod.quadUvs }, 512)).toBe(0);
      // The loops of lids and lips stay: every landmark of the eye contour lies within 4 mm of the level's vertices.
      for (const k of [33, 133, 159, 145, 263, 362, 386, 374, 61, 291]) {
        const [x, y, z] = landmarkPlace(k);
        let nearest = Infinity;
        for (const v of lod.quads) {
          const [px, py, pz] = point(v);
          nearest = Math.min(nearest, Math.hypot(px - x, py - y, pz - z));
        }
        expect(nearest * MM).toBeLessThan(4);
      }
    });
  });

  it('moves what each shape names', () => {
    const { vertices } = model.landmarks;
    const at = (k: number): number => vertices[k * 3]!;
    // 159 and 386: middle of the upper lids, subject's right and left; 17 below the lower lip; 61, 291 mouth corners.
    expect(moved('eyeBlinkLeft', at(386))[1]).toBeLessThan(-0.002);
    expect(Math.abs(moved('eyeBlinkLeft', at(159))[1])).toBeLessThan(0.0005);
    expect(moved('eyeBlinkRight', at(159))[1]).toBeLessThan(-0.002);
    expect(moved('jawOpen', at(17))[1]).toBeLessThan(-0.01);
    expect(moved('mouthSmileLeft', at(291))[1]).toBeGreaterThan(0.002);
    expect(moved('mouthLeft', at(17))[0]).toBeGreaterThan(0.001);
    expect(moved('mouthRight', at(17))[0]).toBeLessThan(-0.001);
  });
});
