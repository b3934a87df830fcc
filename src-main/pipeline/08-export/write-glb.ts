/**
 * Parts → one GLB (glTF 2.0 §4.4), metres, +Y up, +Z out of the face, which is glTF's own frame.
 * in: parts with positions, normals, uv and a material, joints → out: bytes. One node per part, so that eyes, teeth and
 * tongue can be picked, rigged and re-shaded on their own. Morph targets move positions only; normals are those of the head
 * as the file opens (three times the size otherwise, and programs that rig recompute them).
 * With joints (§3.7.3) the parts are roots of the scene beside `<name>-rig`, which holds the joints: parents do not move
 * skinned meshes, and the validator warns of them. Joints are not turned, so a bind matrix is a shift. Without joints the
 * parts lie below one node.
 * Deterministic: no timestamps, parts in the order given. Uninterruptible: all of it, about 40 ms for 40 k triangles.
 */
import {
  type Accessor,
  type Buffer,
  Document,
  type Material,
  type Node,
  NodeIO,
  type Skin,
  type Texture,
  TextureInfo,
} from '@gltf-transform/core';
import type { Points } from '../../camera/frames.ts';
import type { GroupMaterial } from './group-materials.ts';
import type { RigJoint } from '../06-head/rigging.ts';
import { vertexTangents } from './vertex-tangents.ts';

export type GlbPart = {
  /** Name of node and mesh. */
  name: string;
  positionsHead: Points<'Head'>;
  /** Unit. */
  normalsHead: Points<'Head'>;
  uvs: Float32Array | null;
  triangles: Uint32Array;
  material: GroupMaterial;
  /** Which of the model's maps colours this part; null = the material's own colour. */
  map: 'head' | 'hair' | null;
  /** Morph targets: name, weight that is set when the file is opened, (M, 3) m per unit weight. */
  shapes: { name: string; weight: number; deltasHead: Float32Array }[];
  /** (M, 4) joints and weights; null = does not follow joints. */
  skin: { joints: Uint8Array; weights: Float32Array } | null;
};

export type GlbPicture = { mediaType: 'image/png' | 'image/jpeg'; bytes: Uint8Array };

export type GlbMaps = {
  /** sRGB, in the head's texture layout. */
  baseColour: GlbPicture | null;
  /** The same for parts with `map: 'hair'`. */
  hairColour: GlbPicture | null;
  /** Occlusion (red), roughness (green), no metal (blue 0) for parts with `map: 'head'`. */
  occlusionRoughness: GlbPicture | null;
  /** Tangent space, for the part `skin`. */
  normal: GlbPicture | null;
  /** Tangent space, for parts with `map: 'hair'`. */
  hairNormal: GlbPicture | null;
};
export const NO_MAPS: GlbMaps = {
  baseColour: null,
  hairColour: null,
  occlusionRoughness: null,
  normal: null,
  hairNormal: null,
};

export type GlbModel = {
  name: string;
  parts: GlbPart[];
  /** Empty = no skeleton. */
  joints: readonly RigJoint[];
  maps: GlbMaps;
  /** Written to the root node's extras, beside the units. */
  extras: Record<string, string | number>;
};

export const GENERATOR = 'gen3d-studio';
export const RIGHTS = 'Likeness and texture: whoever holds the rights in the source picture.';
/** The base colour carries the photo's own shadows, so occlusion adds half. */
const OCCLUSION_STRENGTH = 0.5;
/** The part with the relief of skin. */
const RELIEF_PART = 'skin';
/** Largest vertex count that 16-bit indices reach; 65535 is glTF's primitive restart value (§3.7.2.1). */
const SHORT_INDEX_VERTICES = 65535;

export async function writeGlb(model: GlbModel): Promise<Uint8Array> {
  const document = new Document();
  const root = document.getRoot();
  root.getAsset().generator = GENERATOR;
  root.getAsset().copyright = RIGHTS;
  const buffer = document.createBuffer();
  const scene = document.createScene(model.name);
  root.setDefaultScene(scene);
  const isRigged = model.joints.length > 0;
  const headNode = document
    .createNode(isRigged ? `${model.name}-rig` : model.name)
    .setExtras({ units: 'metres', frame: '+X subject left, +Y up, +Z out of the face', ...model.extras });
  scene.addChild(headNode);
  const skin = isRigged ? createSkin(document, buffer, headNode, model.joints) : null;
  const maps: Textures = {
    baseColour: createTexture(document, 'base-colour', model.maps.baseColour),
    hairColour: createTexture(document, 'hair-colour', model.maps.hairColour),
    occlusionRoughness: createTexture(document, 'occlusion-roughness', model.maps.occlusionRoughness),
    normal: createTexture(document, 'normal', model.maps.normal),
    hairNormal: createTexture(document, 'hair-normal', model.maps.hairNormal),
  };
  const accessor = createAccessor.bind(null, document, buffer);
  for (const part of model.parts) {
    const vertexCount = part.positionsHead.length / 3;
    const primitive = document
      .createPrimitive()
      .setAttribute('POSITION', accessor(part.positionsHead, 'VEC3'))
      .setAttribute('NORMAL', accessor(part.normalsHead, 'VEC3'))
      .setIndices(
        accessor(
          vertexCount < SHORT_INDEX_VERTICES ? Uint16Array.from(part.triangles) : part.triangles,
          'SCALAR',
        ),
      )
      .setMaterial(createMaterial(document, part, maps));
    if (part.uvs !== null) primitive.setAttribute('TEXCOORD_0', accessor(part.uvs, 'VEC2'));
    if (part.uvs !== null && primitive.getMaterial()!.getNormalTexture() !== null) {
      const tangents = vertexTangents(part.positionsHead, part.normalsHead, part.uvs, part.triangles);
      primitive.setAttribute('TANGENT', accessor(tangents, 'VEC4'));
    }
    const mesh = document.createMesh(part.name).addPrimitive(primitive);
    for (const shape of part.shapes) {
      const deltas = accessor(shape.deltasHead, 'VEC3').setSparse(isSparse(shape.deltasHead));
      primitive.addTarget(document.createPrimitiveTarget(shape.name).setAttribute('POSITION', deltas));
    }
    if (part.shapes.length > 0) {
      mesh.setWeights(part.shapes.map((shape) => shape.weight));
      // Not in the specification, but where every importer looks for the names (§3.7.2.2, implementation note).
      mesh.setExtras({ targetNames: part.shapes.map((shape) => shape.name) });
    }
    const node = document.createNode(part.name).setMesh(mesh);
    if (skin !== null && part.skin !== null) {
      primitive
        .setAttribute('JOINTS_0', accessor(part.skin.joints, 'VEC4'))
        .setAttribute('WEIGHTS_0', accessor(part.skin.weights, 'VEC4'));
      scene.addChild(node.setSkin(skin));
    } else headNode.addChild(node);
  }
  return new NodeIO().writeBinary(document);
}

function createAccessor(
  document: Document,
  buffer: Buffer,
  array: Float32Array | Uint8Array | Uint16Array | Uint32Array,
  type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4',
): Accessor {
  return document
    .createAccessor()
    .setBuffer(buffer)
    .setType(type)
    .setArray(array as Float32Array<ArrayBuffer>);
}

/** One node per joint below `holder`; bind pose = the positions as they are. */
function createSkin(document: Document, buffer: Buffer, holder: Node, joints: readonly RigJoint[]): Skin {
  const skin = document.createSkin('rig');
  const nodes: Node[] = [];
  const bind = new Float32Array(joints.length * 16);
  joints.forEach(({ name, parent, positionHead: p }, index) => {
    const from = joints[parent]?.positionHead ?? [0, 0, 0];
    const node = document.createNode(name).setTranslation([p[0] - from[0], p[1] - from[1], p[2] - from[2]]);
    (nodes[parent] ?? holder).addChild(node);
    nodes.push(node);
    skin.addJoint(node);
    bind.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -p[0], -p[1], -p[2], 1], index * 16);
  });
  return skin.setSkeleton(nodes[0]!).setInverseBindMatrices(createAccessor(document, buffer, bind, 'MAT4'));
}

type Textures = Record<keyof GlbMaps, Texture | null>;

function createTexture(document: Document, name: string, picture: GlbPicture | null): Texture | null {
  if (picture === null) return null;
  return document
    .createTexture(name)
    .setMimeType(picture.mediaType)
    .setImage(picture.bytes as Uint8Array<ArrayBuffer>);
}

/** Which of a model's maps colours a part and which gives it relief, for any file format; null = none. */
export function mapsOf<Map>(
  { name, map }: Pick<GlbPart, 'name' | 'map'>,
  maps: Record<'baseColour' | 'hairColour' | 'normal' | 'hairNormal', Map | null>,
): { colour: Map | null; relief: Map | null } {
  const colour = map === null ? null : map === 'head' ? maps.baseColour : maps.hairColour;
  const relief = map === 'hair' ? maps.hairNormal : name === RELIEF_PART ? maps.normal : null;
  return { colour, relief };
}

function createMaterial(document: Document, part: GlbPart, maps: Textures): Material {
  const material = document
    .createMaterial(part.name)
    .setMetallicFactor(0)
    .setRoughnessFactor(part.material.roughness);
  const { colour, relief } = mapsOf(part, maps);
  if (colour === null) {
    const [red, green, blue] = part.material.colourSrgb;
    return material.setBaseColorFactor([linearFromSrgb(red), linearFromSrgb(green), linearFromSrgb(blue), 1]);
  }
  material.setBaseColorTexture(colour);
  setSampling(material.getBaseColorTextureInfo());
  if (relief !== null) {
    material.setNormalTexture(relief);
    setSampling(material.getNormalTextureInfo());
  }
  if (part.map === 'hair') return material;
  if (maps.occlusionRoughness !== null) {
    material
      .setRoughnessFactor(1)
      .setMetallicRoughnessTexture(maps.occlusionRoughness)
      .setOcclusionTexture(maps.occlusionRoughness)
      .setOcclusionStrength(OCCLUSION_STRENGTH);
    setSampling(material.getMetallicRoughnessTextureInfo());
    setSampling(material.getOcclusionTextureInfo());
  }
  return material;
}

function setSampling(info: TextureInfo | null): void {
  info
    ?.setWrapS(TextureInfo.WrapMode.CLAMP_TO_EDGE)
    .setWrapT(TextureInfo.WrapMode.CLAMP_TO_EDGE)
    .setMinFilter(TextureInfo.MinFilter.LINEAR_MIPMAP_LINEAR)
    .setMagFilter(TextureInfo.MagFilter.LINEAR);
}

/** Most shapes move a fifth of the vertices; from a half on, indices cost more than they save. */
function isSparse(deltas: Float32Array): boolean {
  let moving = 0;
  for (let i = 0; i < deltas.length; i += 3) {
    if (deltas[i] !== 0 || deltas[i + 1] !== 0 || deltas[i + 2] !== 0) moving++;
  }
  return moving < deltas.length / 6;
}

/** IEC 61966-2-1; glTF's colour factors are linear (§3.9.2). */
function linearFromSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
