/**
 * Parts → one FBX with quads, uvs, shapes, skeleton and materials, for programs that model and animate.
 * in: parts and joints, Head, m → out: bytes. Centimetres (UnitScaleFactor 1), +Y up, +Z out of the face, right-handed: what
 * Maya and Unreal work in and what Blender and Unity convert from. Pictures are named by paths relative to the file.
 * A scene of objects, each with a number, and connections between them. One mesh per part and the root joint lie at the top:
 * a group above the root would become a joint of its own in Unreal. Names have underscores for hyphens, which Maya cannot hold.
 */
import type { RigJoint } from '../06-head/rigging.ts';
import { CREATION_TIME, encodeFbx, FBX_VERSION, type FbxNode, FILE_ID, node, real } from './encode-fbx.ts';
import { createFbxScene, properties, property } from './fbx-scene.ts';
import { addJoints, bindPose } from './fbx-skeleton.ts';
import { addMesh } from './fbx-mesh.ts';
import { addMaterial } from './fbx-material.ts';
import { GENERATOR, type GlbPart } from './write-glb.ts';

export type FbxPart = Omit<GlbPart, 'uvs' | 'triangles'> & {
  /** (F, 4) vertices; the last two are equal in a triangle. */
  quads: Uint32Array;
  /** (T, 2) glTF uv and (F, 4) indices into them. */
  uvs: Float32Array;
  quadUvs: Uint32Array;
};

/** Paths of pictures beside the file; null = none. */
export type FbxMaps = {
  baseColour: string;
  hairColour: string | null;
  normal: string | null;
  hairNormal: string | null;
};

export type FbxModel = {
  parts: FbxPart[];
  /** Empty = no skeleton. */
  joints: readonly RigJoint[];
  maps: FbxMaps;
  /** Whose likeness this is and how it came about, in words. */
  comment: string;
};

export function writeFbx({ parts, joints, maps, comment }: FbxModel): Uint8Array {
  const scene = createFbxScene();
  const jointIds = addJoints(scene, joints);
  const meshIds = parts.map((part) => {
    const id = addMesh(scene, part, { joints, ids: jointIds });
    addMaterial(scene, part, maps, id);
    return id;
  });
  if (joints.length > 0) bindPose(scene, meshIds, { joints, ids: jointIds });
  return encodeFbx([
    header(comment),
    node('FileId', [FILE_ID]),
    node('CreationTime', [CREATION_TIME]),
    node('Creator', [GENERATOR]),
    globalSettings(),
    documents(),
    node('References'),
    definitions(scene.objects),
    node('Objects', [], scene.objects),
    node('Connections', [], scene.connections),
  ]);
}

function header(comment: string): FbxNode {
  const said = (name: string, value = ''): FbxNode => node(name, [value]);
  return node(
    'FBXHeaderExtension',
    [],
    [
      node('FBXHeaderVersion', [1003]),
      node('FBXVersion', [FBX_VERSION]),
      node('EncryptionType', [0]),
      node('CreationTimeStamp', [], creationTime()),
      node('Creator', [GENERATOR]),
      node(
        'SceneInfo',
        ['GlobalInfo\0\x01SceneInfo', 'UserData'],
        [
          node('Type', ['UserData']),
          node('Version', [100]),
          node(
            'MetaData',
            [],
            [
              node('Version', [100]),
              said('Title', 'head'),
              said('Subject'),
              said('Author'),
              said('Keywords'),
              said('Revision'),
              said('Comment', comment),
            ],
          ),
          properties([
            property('DocumentUrl', 'KString', 'Url', '', 'head.fbx'),
            property('SrcDocumentUrl', 'KString', 'Url', '', 'head.fbx'),
            property('Original', 'Compound', '', ''),
            property('Original|ApplicationName', 'KString', '', '', GENERATOR),
            property('LastSaved', 'Compound', '', ''),
            property('LastSaved|ApplicationName', 'KString', '', '', GENERATOR),
          ]),
        ],
      ),
    ],
  );
}

/** The same instant as CREATION_TIME. */
function creationTime(): FbxNode[] {
  const fields = {
    Version: 1000,
    Year: 1970,
    Month: 1,
    Day: 1,
    Hour: 10,
    Minute: 0,
    Second: 0,
    Millisecond: 0,
  };
  return Object.entries(fields).map(([name, value]) => node(name, [value]));
}

function globalSettings(): FbxNode {
  const axes = { UpAxis: 1, UpAxisSign: 1, FrontAxis: 2, FrontAxisSign: 1, CoordAxis: 0, CoordAxisSign: 1 };
  const axis = ([name, value]: [string, number]): FbxNode => property(name, 'int', 'Integer', '', value);
  return node(
    'GlobalSettings',
    [],
    [
      node('Version', [1000]),
      properties([
        ...Object.entries(axes).map(axis),
        ...Object.entries({ OriginalUpAxis: 1, OriginalUpAxisSign: 1 }).map(axis),
        property('UnitScaleFactor', 'double', 'Number', '', real(1)),
        property('OriginalUnitScaleFactor', 'double', 'Number', '', real(1)),
      ]),
    ],
  );
}

function documents(): FbxNode {
  const document = node('Document', [1n, '', 'Scene'], [node('RootNode', [0n])]);
  return node('Documents', [], [node('Count', [1]), document]);
}

/** How many objects there are of each kind. */
function definitions(objects: readonly FbxNode[]): FbxNode {
  const counts = new Map<string, number>([['GlobalSettings', 1]]);
  for (const { name } of objects) counts.set(name, (counts.get(name) ?? 0) + 1);
  return node(
    'Definitions',
    [],
    [
      node('Version', [100]),
      node('Count', [objects.length + 1]),
      ...[...counts].map(([kind, count]) => node('ObjectType', [kind], [node('Count', [count])])),
    ],
  );
}
