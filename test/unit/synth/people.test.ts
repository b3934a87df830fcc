import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createImage } from '../../../src-main/image/image.ts';
import { fitClothes, readClothes } from '../../../src-main/synth/makehuman/clothes.ts';
import { type HumanAssets, readHumanAssets, readTarget } from '../../../src-main/synth/makehuman/assets.ts';
import { readObj } from '../../../src-main/synth/makehuman/read-obj.ts';
import { type BodyMap, mapBody } from '../../../src-main/synth/person/body-map.ts';
import { buildPerson } from '../../../src-main/synth/person/build-person.ts';
import { sampleOutfit } from '../../../src-main/synth/person/outfit.ts';
import { morph, sampleIdentity } from '../../../src-main/synth/person/sample-identity.ts';
import { createDraw } from '../../../src-main/synth/random.ts';
import { HEADS_PER_SHARD, encodeShard } from '../../../src-main/synth/write-shard.ts';
import { keepMostConsistent, meanPairwiseCosine } from '../../../src-main/synth/prune/identity-filter.ts';
import { decodeArrayFile } from '../../../src-main/tensor/array-file.ts';
import { eyeCorners } from '../../../src-main/synth/head/make-head.ts';
import { sharedDataDir } from '../../../tools/paths.ts';

describe('MakeHuman files', () => {
  it('reads an OBJ: fans of polygons, uvs from the top, groups', () => {
    const mesh = readObj(
      'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0.25\ng body\nf 1/1 2/2 3/1 4/2\ng joint\nf 1 2 3\n',
    );
    expect([...mesh.triangles]).toEqual([0, 1, 2, 0, 2, 3, 0, 1, 2]);
    expect([...mesh.triangleUvs]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0]);
    expect([...mesh.uvs]).toEqual([0, 1, 1, 0.75]);
    expect([...mesh.triangleGroups].map((group) => mesh.groupNames[group])).toEqual([
      'body',
      'body',
      'joint',
    ]);
    expect(() => readObj('# empty')).toThrow(/no vertices/);
  });

  it('hangs clothes on three vertices and scales their offsets with the body', () => {
    const clothes = readClothes(
      'name x\nx_scale 0 1 2.0\nverts 0\n0 1 2 0.5 0.5 0 1 0 0\n2\nmaterial m.mhmat\n',
    );
    const body = Float32Array.of(0, 0, 0, 4, 0, 0, 0, 3, 0);
    // Twice as wide as the reference: the offset of 1 in x becomes 2.
    expect([...fitClothes(clothes, body)]).toEqual([4, 0, 0, 0, 3, 0]);
  });

  it('morphs by sparse targets', () => {
    const target = readTarget('# comment\n1 0.5 0 -1\n');
    const out = morph(
      new Float32Array(6),
      new Map([['a/b', target]]),
      new Map([
        ['a/b', 0.5],
        ['a/none', 1],
      ]),
    );
    expect([...out]).toEqual([0, 0, 0, 0.25, 0, -0.5]);
  });
});

describe('sampleIdentity', () => {
  const empty = readTarget('0 0 0 0');
  const names = ['nose/a', 'nose/b', 'nose/c', 'ears/l-ear-x', 'ears/r-ear-x', 'asym/asym-1'];
  const targets = new Map(names.map((name) => [name, empty]));

  it('mixes macro targets to one and keeps regions within bounds, for many seeds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { weights } = sampleIdentity(createDraw(seed, 1, 1), targets);
      let [faces, bodies, noses] = [0, 0, 0];
      for (const [name, weight] of weights) {
        if (name.startsWith('macrodetails/universal')) bodies += weight;
        else if (name.startsWith('macrodetails/')) faces += weight;
        else if (name.startsWith('nose/')) noses += weight;
      }
      expect(faces, `seed ${seed}`).toBeCloseTo(1, 6);
      expect(bodies).toBeCloseTo(1, 6);
      expect(noses).toBeLessThan(1.5001);
    }
  });
});

describe('sampleOutfit', () => {
  it('is dark half of the time, opens over a lighter shirt, and stacks collars outwards', () => {
    const outfits = Array.from({ length: 400 }, (_, index) => sampleOutfit(createDraw(3, index, 5)));
    const luma = ([r, g, b]: readonly [number, number, number]) => 0.21 * r + 0.72 * g + 0.07 * b;
    const dark = outfits.filter(({ colour }) => luma(colour) < 0.06).length;
    expect(dark).toBeGreaterThan(160);
    expect(dark).toBeLessThan(320);
    const jackets = outfits.filter(({ opening }) => opening !== null);
    expect(jackets.length).toBeGreaterThan(60);
    expect(
      jackets.filter(({ colour, second }) => luma(second) > luma(colour)).length / jackets.length,
    ).toBeGreaterThan(0.5);
    for (const { collars } of outfits) {
      for (const { napeY, frontY, bottomY } of collars) {
        expect(napeY).toBeGreaterThanOrEqual(frontY);
        expect(frontY).toBeGreaterThan(bottomY);
      }
      if (collars.length === 2)
        expect(collars[1]!.standsOffM).toBeGreaterThan(collars[0]!.standsOffM + collars[0]!.thicknessM);
    }
  });
});

describe('shards', () => {
  it('keeps heads one after another, with shapes', () => {
    const head = (value: number) => ({
      photo: new Uint8Array(4 * 4 * 4).fill(value),
      targets: new Uint8Array(2 * 4 * 4 * 7).fill(value),
      conditions: new Uint8Array(3 * 4 * 4 * 22).fill(value),
      poses: new Float32Array(2 * 16).fill(value),
      intrinsics: new Float32Array(2 * 4),
      angles: new Float32Array(2 * 2),
      inputAngles: new Float32Array(2),
      vertices: new Float32Array(2048 * 3),
      hair: 'bald',
    });
    const shard = decodeArrayFile(
      encodeShard([head(1), head(2)], { sizePx: 4, prior: 'bald', mesh: 'estimated' }),
    ) as Record<string, Uint8Array> & {
      format: string;
    };
    expect(shard.format).toBe('synth-shard');
    expect(shard.conditions!.length).toBe(2 * 3 * 4 * 4 * 22);
    expect([shard.targets![0], shard.targets![2 * 4 * 4 * 7]]).toEqual([1, 2]);
    expect([...shard.supervised!]).toEqual([1, 1, 1, 1]);
    expect(HEADS_PER_SHARD).toBe(16);
  });
});

describe('identity filter', () => {
  it('drops the heads whose views agree least', () => {
    expect(keepMostConsistent([0.9, 0.2, null, 0.8, 0.7, 0.95, 0.6, 0.5, 0.4, 0.85, 0.3], 0.7)).toEqual([
      0, 3, 4, 5, 6, 7, 9,
    ]);
    expect(
      meanPairwiseCosine([Float32Array.of(1, 0), Float32Array.of(1, 0), Float32Array.of(0, 1)]),
    ).toBeCloseTo(1 / 3, 6);
    expect(meanPairwiseCosine([Float32Array.of(1, 0)])).toBeNull();
  });
});

/** Largest z of a mesh above the point (x, y): its front as seen along −z. */
function frontOf(p: ArrayLike<number>, triangles: ArrayLike<number>, x: number, y: number): number {
  let front = -Infinity;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => triangles[t + k]! * 3) as [number, number, number];
    const cross = (i: number, j: number): number =>
      (p[i]! - x) * (p[j + 1]! - y) - (p[i + 1]! - y) * (p[j]! - x);
    const [wa, wb, wc] = [cross(b, c), cross(c, a), cross(a, b)];
    const area = wa + wb + wc;
    if (area === 0 || Math.min(wa / area, wb / area, wc / area) < 0) continue;
    front = Math.max(front, (wa * p[a + 2]! + wb * p[b + 2]! + wc * p[c + 2]!) / area);
  }
  return front;
}

const data = sharedDataDir();
if (data === null)
  console.log('skipped: tests of random people need the training data (models/training/README.md)');

describe.skipIf(data === null)('buildPerson', () => {
  let assets: HumanAssets;
  let map: BodyMap;
  beforeAll(async () => {
    const white = createImage(2, 2);
    white.rgbaSrgb.fill(255);
    const port = { readImage: () => Promise.resolve(white), passJpeg: () => Promise.resolve(white) };
    assets = await readHumanAssets(join(data!, 'makehuman'), port);
    map = mapBody(assets);
  }, 60_000);

  it('is the same person for the same number, another one for the next', () => {
    const build = (index: number) => buildPerson(assets, map, 5, index, [0, 0, 1]);
    const first = build(3);
    expect(build(3).scene.parts[0]!.positions).toEqual(first.scene.parts[0]!.positions);
    expect(build(4).scene.parts[0]!.positions).not.toEqual(first.scene.parts[0]!.positions);
  });

  it('puts the eyes in front of the origin and hair around the head, over many people', () => {
    let grown = 0;
    for (let index = 0; index < 12; index++) {
      const { eyes, scene, hair } = buildPerson(assets, map, 9, index, [0, 0, 1]);
      expect(eyes[0][0]).toBeLessThan(-0.02);
      expect(eyes[1][0]).toBeGreaterThan(0.02);
      expect(eyes[1][2]).toBeCloseTo(0.085, 2);
      for (const part of scene.parts) expect(part.positions.every(Number.isFinite)).toBe(true);
      if (hair !== 'grown') continue;
      grown++;
      const cards = scene.parts.find((part) => part.inTargets === 'all' && part.shade !== null)!;
      let [widest, highest] = [0, -Infinity];
      for (let i = 0; i < cards.positions.length; i += 3) {
        widest = Math.max(widest, Math.hypot(cards.positions[i]!, cards.positions[i + 2]!));
        highest = Math.max(highest, cards.positions[i + 1]!);
      }
      expect(widest, `head ${index}`).toBeLessThan(0.35);
      expect(highest).toBeLessThan(0.35);
    }
    expect(grown).toBeGreaterThan(2);
  });

  it('has the outer corners of the eyes on the skin: the truth is laid over an estimate by their depth', () => {
    const offM: number[] = [];
    for (let index = 0; index < 8; index++) {
      const person = buildPerson(assets, map, 9, index, [0, 0, 1]);
      const { positions, triangles } = person.scene.parts[0]!;
      const corners = eyeCorners(person);
      for (const at of [0, 3])
        offM.push(frontOf(positions, triangles, corners[at]!, corners[at + 1]!) - corners[at + 2]!);
    }
    const mean = offM.reduce((sum, off) => sum + off, 0) / offM.length;
    expect(Math.abs(mean), offM.map((off) => off.toFixed(4)).join(' ')).toBeLessThan(0.003);
  });

  it('lays collars around the neck: below the eyes, closed behind, in the photo only', () => {
    let collars = 0;
    for (let index = 0; index < 12; index++) {
      const { eyes, scene } = buildPerson(assets, map, 9, index, [0, 0, 1]);
      for (const { positions, inTargets } of scene.parts) {
        if (inTargets !== 'nothing') continue;
        collars++;
        let [highest, nape] = [-Infinity, -Infinity];
        for (let i = 0; i < positions.length; i += 3) {
          highest = Math.max(highest, positions[i + 1]!);
          if (Math.abs(positions[i]!) < 0.02 && positions[i + 2]! < 0)
            nape = Math.max(nape, positions[i + 1]!);
        }
        expect(highest).toBeLessThan(eyes[0][1] - 0.01);
        // The upper edge is highest behind, to within folds.
        expect(highest - nape).toBeLessThan(0.02);
      }
    }
    expect(collars).toBeGreaterThan(4);
  });
});
