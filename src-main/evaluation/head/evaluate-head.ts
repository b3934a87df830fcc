/**
 * How good surface, fitted head and texture are (stages 05 to 07).
 *
 * (a) Held-out synthetic people (MakeHuman parts, never seen by any network of ours): exact views of the truth instead of
 *     generated ones, so that 05 and 06 are judged apart from 04. The prior is estimated from the person's photo.
 * (b) Real portraits through the whole method: how much the exported head looks like the picture.
 * Paper: chamfer and normal error on FaceScape and identity of the rendered views; the data differ, so its numbers are no
 * yardstick here.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_SETTINGS_DEFAULTS, type HeadSettings } from '../../contract/entities.ts';
import { StudioError } from '../../contract/errors.ts';
import { createOnnxInference, type OnnxInference } from '../../inference/onnx-inference.ts';
import { appendShell } from '../../mesh/append-shell.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { checkMesh } from '../../mesh/mesh-checks.ts';
import { beyondCut, findNeckCut } from '../../mesh/neck-cut.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { HEAD_MODEL_ASSET } from '../../pipeline/03-prior/fit-prior.ts';
import { type PreparedModel, prepareHeadModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../pipeline/03-prior/read-head-model.ts';
import { reconstructSurface } from '../../pipeline/05-surface/reconstruct-surface.ts';
import { fitHead } from '../../pipeline/06-head/fit-head.ts';
import type { FittedHead } from '../../pipeline/06-head/head.ts';
import { bakeTexture } from '../../pipeline/07-texture/bake-texture.ts';
import { encodePng } from '../../pipeline/08-export/encode-png.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { readHumanAssets } from '../../synth/makehuman/assets.ts';
import { mapBody } from '../../synth/person/body-map.ts';
import type { Evaluation, EvaluationOptions, EvaluationReport } from '../evaluation.ts';
import { stackImages } from '../prior/draw-fit.ts';
import { evaluationContext, seeded } from '../prior/fit-portrait.ts';
import { listHeldBackPortraits } from '../prior/list-portraits.ts';
import { measureContacts } from './measure-contacts.ts';
import { measureSamples, NECK_MARGIN_M } from './measure-samples.ts';
import { meanOf, measureSurface, type Region } from './measure-surface.ts';
import { measureTexture } from './measure-texture.ts';
import { measureWrap, skinOfTruth } from './measure-wrap.ts';
import { type Likeness, measureLikeness } from './portrait-likeness.ts';
import { besideEachOther, renderFitted } from './render-fitted.ts';
import { makeTruthHead, type TruthHead, type TruthMaker } from './truth-head.ts';

const PEOPLE = 12;
const PORTRAITS = 100;
/** The 128-d network's threshold for one person (method.md §4; the paper's Re-ID score uses the same network). */
const SAME_PERSON = 0.6;
/** The face as NoW cuts it: around the nose tip, and only what looks forward. */
const FACE_RADIUS_M = 0.095;
const FORWARD = 0.05;
const NOSE_TIP_LANDMARK = 1;
const SHEET_ROWS = 24;

export const headEvaluation: Evaluation = {
  title: 'Surface, fitted head and texture: known heads and real portraits',
  needsData: true,
  run: evaluateHead,
};

/** Half a minute a portrait: a hundred of them are an evaluation of their own too. */
export const headPortraitsEvaluation: Evaluation = {
  title: 'Fitted head and texture: real portraits only',
  needsData: true,
  run: async (options) => {
    const { dataDir, limit, log, sheetsDir } = options;
    const { inference, context, prepared } = await openStages(options);
    const portraits = await measurePortraits(dataDir!, limit ?? PORTRAITS, context, log);
    await inference.release();
    if (sheetsDir !== null) await writeSheet(portraits.likenesses, sheetsDir);
    return report({ rows: [], unseen: 0 }, [], portraits, prepared.model.id);
  },
};

type Stages = { inference: OnnxInference; context: StageContext; prepared: PreparedModel };

async function openStages({ dataDir, rootDir }: EvaluationOptions): Promise<Stages> {
  if (dataDir === null) throw new Error('the head evaluation needs the development data');
  const readAsset = (name: string): Promise<Uint8Array> => readFile(join(rootDir, 'assets', name));
  const inference = await createOnnxInference({ modelsDir: join(rootDir, 'models') });
  const prepared = prepareHeadModel(readHeadModel(await readAsset(HEAD_MODEL_ASSET)));
  return { inference, context: evaluationContext(inference, readAsset), prepared };
}

export async function evaluateHead(options: EvaluationOptions): Promise<EvaluationReport> {
  const { rootDir, limit, log, sheetsDir, images } = options;
  const { inference, context, prepared } = await openStages(options);
  const dataDir = options.dataDir!;
  const assets = await readHumanAssets(join(dataDir, 'makehuman'), images);
  const maker = { assets, map: mapBody(assets), port: images, prepared, inference };
  const known = await measureKnown(maker, limit ?? PEOPLE, context, log);
  const samples = await measureSamples(rootDir, limit ?? Infinity, context, log);
  const portraits = await measurePortraits(dataDir, limit ?? PORTRAITS, context, log);
  await inference.release();
  if (sheetsDir !== null) await writeSheet(portraits.likenesses, sheetsDir);
  return report(known, samples, portraits, prepared.model.id);
}

type KnownNumbers = Record<string, number>;
type Known = { rows: KnownNumbers[]; unseen: number };

async function measureKnown(
  maker: TruthMaker,
  people: number,
  context: StageContext,
  log: (line: string) => void,
): Promise<Known> {
  const out: Known = { rows: [], unseen: 0 };
  for (let index = 0; index < people; index++) {
    const truth = await makeTruthHead(maker, index);
    if (truth === null) {
      out.unseen++;
      continue;
    }
    const { row, worstShape } = await measureTruthHead(
      truth,
      maker.prepared,
      seeded(context, index),
      HEAD_SETTINGS_DEFAULTS,
    );
    out.rows.push(row);
    const numbers = Object.entries(row).map(([key, value]) => `${key} ${value.toFixed(2)}`);
    log(`person ${index} (${truth.hair}): ${numbers.join(', ')}, worst shape ${worstShape}`);
  }
  return out;
}

export async function measureTruthHead(
  truth: TruthHead,
  prepared: PreparedModel,
  context: StageContext,
  settings: HeadSettings,
): Promise<{ row: KnownNumbers; worstShape: string }> {
  const { prior } = truth;
  const views = { method: 'reproject' as const, views: truth.views };
  const surface = await reconstructSurface({ prior, views, settings }, context);
  const head = await fitHead({ prior, views, surface, settings }, context);
  const bald = { positionsHead: head.positionsHead, triangles: prepared.triangles };
  const fitted = withHair(head);
  const priorMesh = { positionsHead: prior.positionsHead, triangles: prepared.triangles };
  const isFace = faceRegion(prepared, prior.positionsHead);
  const isHead = headRegion(priorMesh);
  const face = measureSurface(truth, surface.mesh, isFace, true);
  const all = measureSurface(truth, surface.mesh, isHead, false);
  const check = checkMesh(surface.mesh);
  const { image, maskAlpha } = truth.photo;
  const mask = { widthPx: image.widthPx, heightPx: image.heightPx, alpha: maskAlpha };
  const texture = await bakeTexture(
    { photo: { image }, analysis: { mask }, prior, views, head, settings },
    context,
  );
  const shown = renderFitted(head, texture);
  const between = truth.takeBetween();
  const contacts = await measureContacts(prior, head, context);
  const isSkin = skinOfTruth(truth.seen);
  const wrap = measureWrap(
    head,
    surface.mesh,
    truth.views.map(({ camera }) => camera),
    (point) => isHead(point, point) && isSkin(point),
  );
  const row = {
    faceChamferMm: (face.truthToMeshMm + face.meshToTruthMm) / 2,
    face95Mm: face.truthToMesh95Mm,
    headChamferMm: (all.truthToMeshMm + all.meshToTruthMm) / 2,
    head95Mm: all.truthToMesh95Mm,
    normalDeg: all.normalDeg,
    ...wrap,
    wrapMm: head.meanDistanceMm,
    fittedFaceMm: measureSurface(truth, bald, isFace, true).truthToMeshMm,
    fittedHeadMm: measureSurface(truth, fitted, isHead, false).truthToMeshMm,
    priorFaceMm: measureSurface(truth, priorMesh, isFace, true).truthToMeshMm,
    priorHeadMm: measureSurface(truth, priorMesh, isHead, false).truthToMeshMm,
    ...measureTexture(
      between,
      between.map(({ camera }) => shown(camera)),
    ),
    notWatertight: check.watertight ? 0 : 1,
    ...contacts?.numbers,
  };
  return { row, worstShape: contacts?.worstShape ?? 'none' };
}

/** Skin and hair shell as one mesh. */
function withHair({ topology, positionsHead, hair }: FittedHead): TriangleMesh {
  const whole =
    hair === null ? { topology, positionsHead } : appendShell(topology, positionsHead, hair, 'hair');
  return {
    positionsHead: whole.positionsHead,
    triangles: triangulateTopology(whole.topology).triangles,
  };
}

function faceRegion({ model }: PreparedModel, positionsHead: Float32Array): Region {
  const tip = [0, 1, 2].map((axis) =>
    [0, 1, 2].reduce((sum, k) => {
      const at = NOSE_TIP_LANDMARK * 3 + k;
      return sum + model.landmarks.weights[at]! * positionsHead[model.landmarks.vertices[at]! * 3 + axis]!;
    }, 0),
  );
  return (point, normal) =>
    normal[2]! > FORWARD &&
    Math.hypot(point[0]! - tip[0]!, point[1]! - tip[1]!, point[2]! - tip[2]!) < FACE_RADIUS_M;
}

function headRegion(prior: { positionsHead: Float32Array; triangles: Uint32Array }): Region {
  const neck = findNeckCut(prior);
  return (point) => neck === null || beyondCut(neck.plane, point[0]!, point[1]!, point[2]!) < -NECK_MARGIN_M;
}

type Portraits = { likenesses: Likeness[]; unseen: number };

async function measurePortraits(
  dataDir: string,
  count: number,
  context: StageContext,
  log: (line: string) => void,
): Promise<Portraits> {
  const out: Portraits = { likenesses: [], unseen: 0 };
  const files = await listHeldBackPortraits(dataDir, count);
  for (const [index, file] of files.entries()) {
    try {
      const bytes = await readFile(join(dataDir, 'portraits', file));
      const likeness = await measureLikeness(bytes, seeded(context, index));
      out.likenesses.push(likeness);
      const distances = likeness.distances.map((value) => value.toFixed(3)).join(' ');
      log(
        `${file}: SSIM ${likeness.ssim.toFixed(3)}, identity ${distances}, ${likeness.seconds.toFixed(1)} s`,
      );
    } catch (error) {
      // A picture in which no face is found says nothing about heads; anything else is a mistake of ours.
      const isUnseen =
        error instanceof StudioError && ['no-face-found', 'face-too-small'].includes(error.code);
      if (!isUnseen) throw error;
      out.unseen++;
      log(`${file}: no face was found`);
    }
  }
  return out;
}

function report(
  known: Known,
  samples: KnownNumbers[],
  { likenesses, unseen }: Portraits,
  modelId: string,
): EvaluationReport {
  const mean = (key: string): number => meanOf(known.rows.map((row) => row[key]!));
  const matchRate = (distances: number[]): number =>
    meanOf(distances.map((distance) => (distance < SAME_PERSON ? 1 : 0)));
  const turned = likenesses.flatMap(({ distances }) => [distances[1], distances[2]]);
  const farTurned = likenesses.flatMap(({ distances }) => [distances[3], distances[4]]);
  const numbers: Record<string, number> = {
    ...Object.fromEntries(Object.keys(known.rows[0] ?? {}).map((key) => [key, mean(key)])),
    ...Object.fromEntries(
      Object.keys(samples[0] ?? {}).map((key) => [
        `samples${key[0]!.toUpperCase()}${key.slice(1)}`,
        meanOf(samples.map((row) => row[key]!)),
      ]),
    ),
    idMatchRate0: matchRate(likenesses.map(({ distances }) => distances[0])),
    idMatchRate30: matchRate(turned),
    idMatchRate60: matchRate(farTurned),
    idDistance0: meanOf(likenesses.map(({ distances }) => distances[0])),
    idDistance30: meanOf(turned.filter(Number.isFinite)),
    idDistance60: meanOf(farTurned.filter(Number.isFinite)),
    photoSsim: meanOf(likenesses.map(({ ssim }) => ssim)),
    portraitWrapMm: meanOf(likenesses.map(({ wrapMm }) => wrapMm)),
    seconds: meanOf(likenesses.map(({ seconds }) => seconds)),
    knownHeadsUnseen: known.unseen,
    portraitsUnseen: unseen,
  };
  return {
    numbers,
    table: Object.entries(numbers).map(([key, value]) => `${key.padEnd(36)}${value.toFixed(4)}`),
    notes: [
      `${known.rows.length} known heads, ${samples.length} samples, ${likenesses.length} portraits that no training has seen, model ${modelId}.`,
      'Known heads: exact views of the truth, prior estimated from one photo, laid over by the eyes, not aligned further.',
      'Chamfer: mean of both directions, surface of stage 05; fitted… and prior…: from the truth to those meshes only.',
      'Truth to mesh: points that 16 views see; mesh to truth: all triangles, transparent parts of hair cards included.',
      'selfIntersections…: pairs of skin triangles, mean over heads: as fitted, all weights 0, worst of 52 shapes at 1.',
      'hairSelfIntersections, hairFlippedTriangles: of the hair’s shell; flippedTriangles: of the skin.',
      'blinkGapMm, mouthCloseGapMm: widest gap along the slit without a tenth at either end; mouthClose over jawOpen.',
      'photoSsim: inside the face oval at 384 px, head unlit from the photo camera. Turns: about the head, from there.',
      'idMatchRate: 128-d distance < 0.6; a view in which no face is found is no match.',
      'texture…: skin and hair of the fitted head from 8 places between the 16 exact views that it is painted from, unlit; no clothes.',
      'seconds: photo to texture, wall, with whatever else the machine does; without export.',
    ],
  };
}

/** One row a portrait: photo, head from the photo's camera, turned to both sides. */
async function writeSheet(likenesses: readonly Likeness[], sheetsDir: string): Promise<void> {
  await mkdir(sheetsDir, { recursive: true });
  const rows = likenesses.slice(0, SHEET_ROWS).map(({ pictures }) => besideEachOther(pictures));
  await writeFile(
    join(sheetsDir, 'head-portraits.png'),
    await encodePng(stackImages(rows), { alpha: false }),
  );
}
