/**
 * Draws the sample pictures that are our own: `node tools/samples/draw-samples.ts [--try FROM TO SHEET.png]`.
 * The cartoon is cartoon.svg. The CG head and the three-quarter view are people of the synthetic-head generator (CC0
 * MakeHuman meshes and skins; needs the data folder that models/training/README.md names). `--try` draws many small ones.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { lookAtCamera, type Camera } from '../../src-main/camera/camera.ts';
import { readHumanAssets } from '../../src-main/synth/makehuman/assets.ts';
import { mapBody } from '../../src-main/synth/person/body-map.ts';
import { buildPerson } from '../../src-main/synth/person/build-person.ts';
import { renderScene } from '../../src-main/synth/render/render-scene.ts';
import { IMAGE_PORT } from '../image-port.ts';
import { ROOT, sharedDataDir } from '../paths.ts';

const SAMPLES = join(ROOT, 'assets', 'samples');
const SEED = 20;
const SIZE_PX = 720;
const SUPERSAMPLES = 3;
/** Portrait distance, m, and a focal length that frames head and shoulders. */
const DISTANCE_M = 1.3;
const FRAME_M = 0.44;
const PEOPLE = [
  { file: 'cg-head.jpg', index: 2, yawDeg: 4 },
  { file: 'three-quarter.jpg', index: 7, yawDeg: -38 },
] as const;

/** The same man from the side, for the tests of stage 02. */
const FIXTURES = join(ROOT, 'test', 'fixtures', 'photo');
const PROFILE_SIZE_PX = 480;
const PROFILES = [
  { file: 'profile-75.jpg', yawDeg: -75 },
  { file: 'profile-90.jpg', yawDeg: -90 },
] as const;

const dataDir = sharedDataDir();
if (dataDir === null) throw new Error('no development data: set GEN3D_SHARED_DATA to its folder');
const assets = await readHumanAssets(join(dataDir, 'makehuman'), IMAGE_PORT);
const map = mapBody(assets);

const [flag, from, to, sheet] = process.argv.slice(2);
if (flag === '--try') await drawSheet(Number(from), Number(to), sheet!);
else await drawAll();

async function drawAll(): Promise<void> {
  await sharp(join(ROOT, 'tools', 'samples', 'cartoon.svg'))
    .png({ palette: true })
    .toFile(join(SAMPLES, 'cartoon.png'));
  for (const { file, index, yawDeg } of PEOPLE) {
    const picture = await drawPerson(index, yawDeg, SIZE_PX, SUPERSAMPLES);
    await sharp(picture).jpeg({ quality: 92 }).toFile(join(SAMPLES, file));
  }
  for (const { file, yawDeg } of PROFILES) {
    const picture = await drawPerson(PEOPLE[0].index, yawDeg, PROFILE_SIZE_PX, SUPERSAMPLES);
    await sharp(picture).jpeg({ quality: 88 }).toFile(join(FIXTURES, file));
  }
}

async function drawSheet(first: number, last: number, file: string): Promise<void> {
  const side = 180;
  const count = last - first;
  const tiles = [];
  for (let i = 0; i < count; i++) {
    for (const [row, yawDeg] of [4, -38].entries()) {
      tiles.push({ input: await drawPerson(first + i, yawDeg, side, 2), left: i * side, top: row * side });
    }
  }
  const create = { width: count * side, height: 2 * side, channels: 3 as const, background: '#000' };
  await sharp({ create }).composite(tiles).png().toFile(file);
}

/** PNG of a person in front of a plain wall. */
async function drawPerson(index: number, yawDeg: number, sizePx: number, samples: number): Promise<Buffer> {
  const camera = portraitCamera(yawDeg, sizePx);
  const yaw = (yawDeg * Math.PI) / 180;
  const person = buildPerson(assets, map, SEED, index, [Math.sin(yaw), 0, Math.cos(yaw)]);
  const { image } = renderScene(person.scene, camera, samples, null);
  const wall =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sizePx}" height="${sizePx}"><defs><radialGradient id="g" cy=".4">` +
    '<stop stop-color="#b9bdc2"/><stop offset="1" stop-color="#6d747c"/></radialGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>';
  const raw = { width: sizePx, height: sizePx, channels: 4 as const };
  const input = await sharp(Buffer.from(image.rgbaSrgb.buffer), { raw }).png().toBuffer();
  return sharp(Buffer.from(wall)).composite([{ input }]).png().toBuffer();
}

function portraitCamera(yawDeg: number, sizePx: number): Camera {
  const yaw = (yawDeg * Math.PI) / 180;
  return lookAtCamera({
    eyeHead: [DISTANCE_M * Math.sin(yaw), 0.02, DISTANCE_M * Math.cos(yaw)],
    targetHead: [0, -0.02, 0],
    focalPx: (sizePx * DISTANCE_M) / FRAME_M,
    widthPx: sizePx,
    heightPx: sizePx,
  });
}
