/** Drawn heads of known shape through the product's own analysis and fit: distance of face scan points from the fitted mesh. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Photo } from '../../pipeline/01-photo/photo.ts';
import { readPhoto } from '../../pipeline/01-photo/read-photo.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { landmarkTrust } from '../../pipeline/03-prior/trust-landmarks.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { createSeededRandom } from '../../tensor/seeded-random.ts';
import { drawFit } from './draw-fit.ts';
import { drawKnownHead } from './draw-known-head.ts';
import { type PortraitFit, fitPortrait, onlyNoFace } from './fit-portrait.ts';
import { makeIctHead, readIct } from './ict-heads.ts';
import type { KnownHead } from './known-head.ts';
import { makeMakeHumanHead, readMakeHuman } from './makehuman-heads.ts';
import { type ScanLandmarks, measureScan } from './measure-scan.ts';
import { type PriorRun, SHEET_FITS } from './prior-run.ts';
import { drawBetween } from './random-draws.ts';
import { meanOf } from './statistics.ts';

const YAWS_DEG = [0, 20, -20, 40, -40, 60, -60] as const;

/** Expressions by turns, as weights of ICT's and of MakeHuman's names: neutral, smile, open mouth, raised brows. */
const EXPRESSIONS = [
  { ict: {}, makeHuman: {} },
  {
    ict: { mouthSmile_L: 0.6, mouthSmile_R: 0.6 },
    makeHuman: { mouthSmileLeft: 0.6, mouthSmileRight: 0.6 },
  },
  { ict: { jawOpen: 0.3 }, makeHuman: { jawOpen: 0.3 } },
  {
    ict: { browInnerUp_L: 0.7, browInnerUp_R: 0.7, browOuterUp_L: 0.5, browOuterUp_R: 0.5 },
    makeHuman: { browInnerUp: 0.7, browOuterUpLeft: 0.5, browOuterUpRight: 0.5 },
  },
] as const;

export type KnownResult = { data: string; yawDeg: number; distancesMm: Float64Array; seconds: number };
export type KnownResults = { results: KnownResult[]; unseen: number };

export async function measureKnownHeads(run: PriorRun, people: number): Promise<KnownResults> {
  const { prepared, dataDir, context, log } = run;
  const out: KnownResults = { results: [], unseen: 0 };
  for await (const { head, data, index, random } of knownHeads(dataDir, people, context)) {
    for (const yawDeg of YAWS_DEG) {
      const scene = {
        yawDeg,
        pitchDeg: drawBetween(random, -8, 12),
        distanceM: drawBetween(random, 0.6, 1.8),
        hasHair: index % 2 === 1,
        hasGlasses: index % 4 === 3,
      };
      const { image, camera } = drawKnownHead(head, scene, random);
      const photo: Photo = { image, sha256: '', format: 'png', focalLength35Mm: null, cropFactor: 1 };
      const fit = await fitPortrait(prepared, photo, context).catch(onlyNoFace);
      if (fit === null) {
        out.unseen++;
        log(`${head.name} at ${yawDeg}°: no face was found`);
        continue;
      }
      if (run.sheets.known.length < SHEET_FITS) run.sheets.known.push(drawFit(prepared, image, fit));
      const fitted = { positionsHead: fit.prior.positionsHead, triangles: prepared.triangles };
      const distancesMm = measureScan(head, camera, fitted, scanLandmarks(prepared, fit));
      out.results.push({ data, yawDeg, distancesMm, seconds: fit.seconds });
      const error = fit.prior.landmarkErrorPercent.toFixed(2);
      log(`${head.name} at ${yawDeg}°: mean ${meanOf(distancesMm).toFixed(2)} mm, landmarks ${error} %`);
    }
  }
  return out;
}

function scanLandmarks(prepared: PreparedModel, { analysis, prior }: PortraitFit): ScanLandmarks {
  const { vertices, weights } = prepared.model.landmarks;
  const fittedHead = new Float64Array(vertices.length);
  for (let i = 0; i < vertices.length; i++) {
    const point = i - (i % 3);
    for (let axis = 0; axis < 3; axis++) {
      fittedHead[point + axis]! += weights[i]! * prior.positionsHead[vertices[i]! * 3 + axis]!;
    }
  }
  const m = prior.photoCamera.cameraFromHead;
  const rotation = Float64Array.from({ length: 9 }, (_, i) => m[(i % 3) * 4 + Math.floor(i / 3)]!);
  const trust = landmarkTrust(prepared.landmarkNormalsHead, rotation);
  return { foundPx: analysis.landmarks, fittedHead, trust };
}

async function* knownHeads(
  dataDir: string,
  people: number,
  context: StageContext,
): AsyncGenerator<{ head: KnownHead; data: string; index: number; random: () => number }> {
  const ict = await readIct(dataDir);
  const makeHuman = await readMakeHuman(dataDir);
  const skinsDir = join(dataDir, 'makehuman/skins-512');
  const skins = (await readdir(skinsDir)).sort();
  for (let index = 0; index < people; index++) {
    const expression = EXPRESSIONS[index % EXPRESSIONS.length]!;
    // One generator a head, so that a limit does not change the others.
    const ictRandom = createSeededRandom(Uint32Array.of(2024, 1, index, 0));
    yield {
      head: makeIctHead(ict, `ict-${index}`, ictRandom, expression.ict),
      data: 'ict',
      index,
      random: ictRandom,
    };
    const skin = await readPhoto(
      { bytes: await readFile(join(skinsDir, skins[index % skins.length]!)) },
      context,
    );
    const random = createSeededRandom(Uint32Array.of(2024, 2, index, 0));
    const head = await makeMakeHumanHead(
      makeHuman,
      `makehuman-${index}`,
      random,
      expression.makeHuman,
      skin.image,
    );
    yield { head, data: 'makehuman', index, random };
  }
}
