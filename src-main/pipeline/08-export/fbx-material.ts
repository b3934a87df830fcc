/**
 * A part's material with its pictures. FBX knows Phong only: roughness becomes the exponent (10 (1 − r))², from which Blender
 * computes r back. The map of occlusion and roughness has no place in it.
 */
import { posix } from 'node:path';
import { type FbxNode, node, real } from './encode-fbx.ts';
import { fbxName, type FbxScene, properties, property } from './fbx-scene.ts';
import { mapsOf } from './write-glb.ts';
import type { FbxMaps, FbxPart } from './write-fbx.ts';

/** A dielectric: half of Blender's and Unreal's range, index of refraction 1.5. */
const SPECULAR = 0.25;
/** WrapMode of a texture. */
const CLAMP = 1;

export function addMaterial(scene: FbxScene, part: FbxPart, maps: FbxMaps, model: bigint): void {
  const name = fbxName(part.name);
  const { colourSrgb, roughness } = part.material;
  const { colour: colourMap, relief } = mapsOf(part, maps);
  const shininess = real((10 * (1 - roughness)) ** 2);
  const colour = colourMap === null ? colourSrgb : [1, 1, 1];
  const number = (key: string, value: { real: number }): FbxNode => property(key, 'Number', '', 'A', value);
  const material = scene.add('Material', name, 'Material', '', [
    node('Version', [102]),
    node('ShadingModel', ['phong']),
    node('MultiLayer', [0]),
    properties([
      property('ShadingModel', 'KString', '', '', 'phong'),
      property('DiffuseColor', 'Color', '', 'A', ...colour.map(real)),
      number('DiffuseFactor', real(1)),
      property('SpecularColor', 'Color', '', 'A', real(1), real(1), real(1)),
      number('SpecularFactor', real(SPECULAR)),
      number('Shininess', shininess),
      number('ShininessExponent', shininess),
      number('ReflectionFactor', real(0)),
      number('Opacity', real(1)),
    ]),
  ]);
  scene.connect(material, model);
  if (colourMap !== null) addPicture(scene, colourMap, material, 'DiffuseColor');
  if (relief !== null) addPicture(scene, relief, material, 'NormalMap');
}

function addPicture(scene: FbxScene, path: string, material: bigint, slot: string): void {
  const name = fbxName(posix.parse(path).name);
  const files = [node('FileName', [path]), node('RelativeFilename', [path])];
  const texture = scene.add('Texture', name, 'Texture', '', [
    node('Type', ['TextureVideoClip']),
    node('Version', [202]),
    node('TextureName', [`${name}\0\x01Texture`]),
    properties([
      property('UVSet', 'KString', '', '', 'UVMap'),
      property('UseMaterial', 'bool', '', '', 1),
      property('WrapModeU', 'enum', '', '', CLAMP),
      property('WrapModeV', 'enum', '', '', CLAMP),
    ]),
    node('Media', [`${name}\0\x01Video`]),
    files,
  ]);
  const video = scene.add('Video', name, 'Video', 'Clip', [
    node('Type', ['Clip']),
    properties([property('Path', 'KString', 'XRefUrl', '', path)]),
    node('UseMipMap', [0]),
    node('Filename', [path]),
    node('RelativeFilename', [path]),
  ]);
  scene.connect(texture, material, slot);
  scene.connect(video, texture);
}
