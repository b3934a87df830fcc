/**
 * Everything of MakeHuman (CC0) that random people are made of, read once per worker.
 * Folder `makehuman` → base mesh (dm), sparse morph targets, skins, hair, brows, lashes, eyes, teeth.
 * Pictures are decoded by the caller (`ImagePort`): image libraries stay out of this layer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRgba } from '../../image/image.ts';
import { type Clothes, readClothes } from './clothes.ts';
import { type ObjMesh, readObj } from './read-obj.ts';

export type ImagePort = {
  /** Decodes a picture file, reduced so that its longer side is at most `sidePx`. */
  readImage(file: string, sidePx: number): Promise<ImageRgba>;
  /** Encodes as JPEG and decodes again. */
  passJpeg(image: ImageRgba, quality: number): Promise<ImageRgba>;
};

/** Sparse morph: vertex indices and displacements (dm) at weight 1. */
export type Target = { indices: Uint32Array; offsets: Float32Array };
/** A mesh that hangs on the body, with its picture. */
export type Asset = { name: string; mesh: ObjMesh; clothes: Clothes; texture: ImageRgba };

export type HumanAssets = {
  base: ObjMesh;
  /** `macrodetails/…`, `nose/…`, `asym/…`, `units/…`, `face/…` → morph. */
  targets: Map<string, Target>;
  skins: { isDark: boolean; isFemale: boolean; isOld: boolean; texture: ImageRgba }[];
  hair: Asset[];
  brows: Asset[];
  lashes: Asset[];
  eyes: Asset;
  irises: ImageRgba[];
  teeth: Asset;
  tongue: Asset;
};

export const DETAIL_FOLDERS = [
  'head',
  'nose',
  'mouth',
  'eyes',
  'chin',
  'cheek',
  'forehead',
  'ears',
  'eyebrows',
  'neck',
] as const;
/** Sides that textures are reduced to: a head fills about a third of a skin, all of a brow. */
const SKIN_PX = 1024;
const HAIR_PX = 512;
const SMALL_PX = 256;

export async function readHumanAssets(folder: string, port: ImagePort): Promise<HumanAssets> {
  if (!existsSync(join(folder, 'base.obj'))) {
    throw new Error(
      `no MakeHuman base mesh in ${folder}; models/training/README.md says where to get the data`,
    );
  }
  const asset = async (name: string, path: string, texture: string, sidePx: number): Promise<Asset> => ({
    name,
    mesh: readObj(readFileSync(join(folder, `${path}.obj`), 'utf8')),
    clothes: readClothes(readFileSync(join(folder, `${path}.mhclo`), 'utf8')),
    texture: await port.readImage(join(folder, texture), sidePx),
  });
  const styles = readdirSync(join(folder, 'hair')).sort();
  const numbered = (kind: 'eyebrows' | 'eyelashes', stem: string): Promise<Asset[]> =>
    Promise.all(
      readdirSync(join(folder, kind))
        .filter((name) => name.startsWith(stem))
        .sort()
        .map((name) => asset(name, `${kind}/${name}/${name}`, `${kind}/${name}/${name}.png`, SMALL_PX)),
    );
  const irisFiles = listFiles(join(folder, 'eyes/materials'), '.png');
  return {
    base: readObj(readFileSync(join(folder, 'base.obj'), 'utf8')),
    targets: readTargets(folder),
    skins: await readSkins(folder, port),
    hair: await Promise.all(
      styles.map((name) => {
        const picture = readdirSync(join(folder, 'hair', name)).find((file) => file.endsWith('diffuse.png'))!;
        return asset(name, `hair/${name}/${name}`, `hair/${name}/${picture}`, HAIR_PX);
      }),
    ),
    brows: await numbered('eyebrows', 'eyebrow'),
    lashes: await numbered('eyelashes', 'eyelashes'),
    eyes: await asset(
      'eyes',
      'eyes/high-poly/high-poly',
      `eyes/materials/${irisFiles[0]!.slice(irisFiles[0]!.lastIndexOf('/') + 1)}`,
      SMALL_PX,
    ),
    irises: await Promise.all(irisFiles.map((file) => port.readImage(file, SMALL_PX))),
    teeth: await asset('teeth', 'teeth/teeth_base/teeth_base', 'teeth/materials/teeth.png', SMALL_PX),
    tongue: await asset(
      'tongue',
      'tongue/tongue01/tongue01',
      'tongue/tongue01/tongue01_diffuse.png',
      SMALL_PX,
    ),
  };
}

async function readSkins(folder: string, port: ImagePort): Promise<HumanAssets['skins']> {
  const files = ['skins', 'skins-512'].flatMap((name) => listFiles(join(folder, name), '.jpg'));
  return Promise.all(
    files.map(async (file) => ({
      isDark: file.includes('darkskinned'),
      isFemale: file.includes('_female'),
      isOld: file.includes('/old_'),
      texture: await port.readImage(file, SKIN_PX),
    })),
  );
}

function readTargets(folder: string): Map<string, Target> {
  const out = new Map<string, Target>();
  const add = (prefix: string, path: string): void => {
    for (const file of listFiles(join(folder, path), '.target')) {
      const stem = file.slice(file.lastIndexOf('/') + 1, -'.target'.length);
      if (prefix === 'macrodetails' && /baby|minmuscle|maxmuscle/.test(stem)) continue;
      out.set(`${prefix}/${stem}`, readTarget(readFileSync(file, 'utf8')));
    }
  };
  for (const name of ['macrodetails', 'asym', ...DETAIL_FOLDERS]) add(name, `targets/${name}`);
  add('face', 'extra-targets/assets/faceunits01/targets/faceunits');
  return out;
}

/** Lines `index dx dy dz`. */
export function readTarget(text: string): Target {
  const indices: number[] = [];
  const offsets: number[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words.length !== 4 || words[0]!.startsWith('#')) continue;
    indices.push(Number(words[0]));
    offsets.push(Number(words[1]), Number(words[2]), Number(words[3]));
  }
  return { indices: new Uint32Array(indices), offsets: new Float32Array(offsets) };
}

function listFiles(folder: string, ending: string): string[] {
  if (!existsSync(folder)) throw new Error(`the training data lack the folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}
