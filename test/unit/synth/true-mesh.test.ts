import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { faceNormals } from '../../../src-main/mesh/face-normals.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../src-main/mesh/triangle-bvh.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  createConditionSurface,
} from '../../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { skinTriangles } from '../../../src-main/pipeline/06-head/rig/skin-patches.ts';
import { endAtNeck } from '../../../src-main/synth/head/end-at-neck.ts';
import { estimateHead } from '../../../src-main/synth/head/estimate-head.ts';
import {
  type HeadArrays,
  type HeadMaker,
  type HeadOptions,
  makeHead,
  placeTruth,
  TARGET_CHANNELS,
} from '../../../src-main/synth/head/make-head.ts';
import { directionTo, placeCamera, takePhoto } from '../../../src-main/synth/head/take-photo.ts';
import { layOverTruth, outerSkin, skinInHeadFrame } from '../../../src-main/synth/head/true-mesh.ts';
import { readHumanAssets } from '../../../src-main/synth/makehuman/assets.ts';
import { mapBody } from '../../../src-main/synth/person/body-map.ts';
import { buildPerson } from '../../../src-main/synth/person/build-person.ts';
import { createDraw } from '../../../src-main/synth/random.ts';
import { decodeShard, encodeShard } from '../../../src-main/synth/write-shard.ts';
import { IMAGE_PORT } from '../../../tools/image-port.ts';
import { ROOT, sharedDataDir } from '../../../tools/paths.ts';

const SEED = 7;
const INDEX = 1;
const OPTIONS = { seed: SEED, views: 2, sizePx: 64, isHeldOut: false, prior: 'bald' as const };

const data = sharedDataDir();
const missing = data === null || !existsSync(join(data, 'makehuman'));
if (missing)
  console.log('skipped: tests of the true mesh need the training data (models/training/README.md)');

describe.skipIf(missing)('M laid over the truth', () => {
  let maker: HeadMaker;
  beforeAll(async () => {
    const model = readHeadModel(readFileSync(join(ROOT, 'assets/head-model.bin')));
    const assets = await readHumanAssets(join(data!, 'makehuman'), IMAGE_PORT);
    maker = {
      assets,
      map: mapBody(assets),
      port: IMAGE_PORT,
      prepared: prepareHeadModel(model),
      surface: createConditionSurface(model.topology, model.neutralHead),
      inference: await createOnnxInference({
        modelsDir: join(ROOT, 'models'),
        provider: 'cpu',
        threads: 1,
      }),
    };
  }, 60_000);

  it('lies on the true skin, unfolded', async () => {
    const { assets, map, port, prepared, inference } = maker;
    const camera = placeCamera(createDraw(SEED, INDEX, 10));
    const person = buildPerson(assets, map, SEED, INDEX, directionTo(camera));
    const photo = await takePhoto(createDraw(SEED, INDEX, 11), person.scene, camera, port);
    const estimate = await estimateHead(createDraw(SEED, INDEX, 12), photo, person.eyes, prepared, inference);
    const placement = placeTruth(person, camera, estimate!, prepared);
    const shown = endAtNeck(person.scene, placement, estimate!, prepared);
    const before = estimate!.positionsHead;
    const after = layOverTruth(before, shown, placement, prepared);

    const isOuter = outerSkin(prepared.model);
    const meanDistanceMm = (scene: typeof person.scene, positions: Float32Array, isCounted: boolean[]) => {
      const tree = buildTriangleBvh(skinInHeadFrame({ scene }, placement));
      const place = makeSurfacePoint();
      const distances: number[] = [];
      isCounted.forEach((counts, v) => {
        if (!counts) return;
        const [x, y, z] = positions.subarray(v * 3, v * 3 + 3);
        closestPoint(tree, x!, y!, z!, 1, place);
        distances.push(place.distance * 1000);
      });
      return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    };
    // Measured: 2.19 mm → 0.19 mm from the skin that views show; the person's own, above the neck, 2.24 mm → 0.19 mm.
    const outer = Array.from(isOuter, (flag) => flag === 1);
    const neck = prepared.model.regionNames.indexOf('neck');
    const aboveNeck = outer.map((flag, v) => flag && prepared.model.regions[v] !== neck);
    for (const [scene, counted] of [
      [shown.scene, outer],
      [person.scene, aboveNeck],
    ] as const) {
      const estimatedMm = meanDistanceMm(scene, before, counted);
      expect(estimatedMm).toBeGreaterThan(1);
      expect(meanDistanceMm(scene, after, counted)).toBeLessThan(estimatedMm / 5);
    }

    // Measured: none of 19 k.
    const triangles = skinTriangles(prepared.model.topology);
    const [was, is] = [before, after].map((positionsHead) => faceNormals({ positionsHead, triangles }));
    let turned = 0;
    for (let t = 0; t < was!.length; t += 3)
      if (was![t]! * is![t]! + was![t + 1]! * is![t + 1]! + was![t + 2]! * is![t + 2]! < 0) turned++;
    expect(turned).toBeLessThan(5);
  }, 60_000);

  it('changes what M says and nothing else', async () => {
    const make = (mesh: HeadOptions['mesh']): Promise<HeadArrays | null> =>
      makeHead(maker, INDEX, { ...OPTIONS, mesh });
    const [estimated, truth] = [(await make('estimated'))!, (await make('truth'))!];
    for (const name of ['photo', 'targets', 'poses', 'intrinsics', 'angles', 'inputAngles'] as const)
      expect(Buffer.from(truth[name].buffer).equals(Buffer.from(estimated[name].buffer)), name).toBe(true);
    expect(truth.vertices).not.toEqual(estimated.vertices);
    // Of 255, over pixels that M and the person's skin or hair cover: the rest is hair, which M lacks.
    const off = [estimated, truth].map(meanNormalDifference);
    expect(off[1]!).toBeLessThan(0.9 * off[0]!);

    const kept = (mesh: HeadOptions['mesh']) =>
      decodeShard(encodeShard([truth], { sizePx: 64, prior: 'bald', mesh })).mesh;
    expect(kept('truth')).toBe('truth');
    expect(kept('estimated')).toBe('estimated');
  }, 60_000);
});

function meanNormalDifference({ conditions, targets }: HeadArrays): number {
  let [sum, count] = [0, 0];
  for (let pixel = 0; pixel < targets.length / TARGET_CHANNELS; pixel++) {
    const condition = pixel * CONDITION_CHANNELS;
    const target = pixel * TARGET_CHANNELS;
    if (conditions[condition + CHANNEL.mask]! < 255 || targets[target + 3]! < 255) continue;
    for (let c = 0; c < 3; c++)
      sum += Math.abs(conditions[condition + CHANNEL.normal + c]! - targets[target + 4 + c]!);
    count += 3;
  }
  return sum / count;
}
