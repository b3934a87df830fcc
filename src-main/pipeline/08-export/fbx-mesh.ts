/** A part as a model with its mesh, shapes and weights. Shapes are deltas of positions; programs compute their normals. */
import { node, real, type FbxNode } from './encode-fbx.ts';
import { centimetres, fbxName, type FbxScene, properties, property } from './fbx-scene.ts';
import { addSkin, type FbxSkeleton } from './fbx-skeleton.ts';
import type { FbxPart } from './write-fbx.ts';

/** In per cent of a shape. */
const FULL = 100;

/** Returns the model's number. */
export function addMesh(scene: FbxScene, part: FbxPart, skeleton: FbxSkeleton): bigint {
  const name = fbxName(part.name);
  const geometry = scene.add('Geometry', name, 'Geometry', 'Mesh', meshNodes(part));
  const model = scene.add('Model', name, 'Model', 'Mesh', [
    node('Version', [232]),
    properties([
      property('InheritType', 'enum', '', '', 1),
      property('DefaultAttributeIndex', 'int', 'Integer', '', 0),
    ]),
    node('Shading', [true]),
    node('Culling', ['CullingOff']),
  ]);
  scene.connect(model, 0n);
  scene.connect(geometry, model);
  if (part.skin !== null && skeleton.joints.length > 0) addSkin(scene, name, part.skin, skeleton, geometry);
  if (part.shapes.length > 0) addShapes(scene, name, part.shapes, geometry);
  return model;
}

function meshNodes({ positionsHead, normalsHead, quads, uvs, quadUvs }: FbxPart): FbxNode[] {
  const corners: number[] = [];
  for (let corner = 0; corner < quads.length; corner++) {
    if (corner % 4 !== 3 || quads[corner] !== quads[corner - 1]) corners.push(corner);
  }
  const isLast = (corner: number): boolean =>
    corner % 4 === 3 || (corner % 4 === 2 && quads[corner] === quads[corner + 1]);
  const faces = quads.length / 4;
  // The last corner of a face is marked by its bits turned round.
  const polygons = Int32Array.from(corners, (c) => (isLast(c) ? ~quads[c]! : quads[c]!));
  // FBX's texture origin is the bottom-left corner, glTF's the top-left.
  const flipped = Float64Array.from(uvs, (value, i) => (i % 2 === 0 ? value : Math.fround(1 - value)));
  return [
    node('GeometryVersion', [124]),
    node('Vertices', [centimetres(positionsHead)]),
    node('PolygonVertexIndex', [polygons]),
    layer('Normal', 101, 'ByPolygonVertex', 'IndexToDirect', [
      node('Normals', [Float64Array.from(normalsHead)]),
      node('NormalsIndex', [Int32Array.from(corners, (c) => quads[c]!)]),
    ]),
    layer('UV', 101, 'ByPolygonVertex', 'IndexToDirect', [
      node('UV', [flipped]),
      node('UVIndex', [Int32Array.from(corners, (c) => quadUvs[c]!)]),
    ]),
    // One group of smooth faces, without which Unreal warns.
    layer('Smoothing', 102, 'ByPolygon', 'Direct', [node('Smoothing', [new Int32Array(faces).fill(1)])]),
    layer('Material', 101, 'AllSame', 'IndexToDirect', [node('Materials', [Int32Array.of(0)])]),
    node(
      'Layer',
      [0],
      [
        node('Version', [100]),
        ...['Normal', 'UV', 'Smoothing', 'Material'].map((type) =>
          node('LayerElement', [], [node('Type', [`LayerElement${type}`]), node('TypedIndex', [0])]),
        ),
      ],
    ),
  ];
}

function layer(type: string, version: number, mapping: string, reference: string, data: FbxNode[]): FbxNode {
  const name = type === 'UV' ? 'UVMap' : '';
  const head = [
    node('Version', [version]),
    node('Name', [name]),
    node('MappingInformationType', [mapping]),
    node('ReferenceInformationType', [reference]),
  ];
  return node(`LayerElement${type}`, [0], [...head, ...data]);
}

function addShapes(scene: FbxScene, name: string, shapes: FbxPart['shapes'], geometry: bigint): void {
  const deformer = scene.add('Deformer', `${name}_shapes`, 'Deformer', 'BlendShape', [
    node('Version', [100]),
  ]);
  scene.connect(deformer, geometry);
  for (const { name: shapeName, weight, deltasHead } of shapes) {
    const moved: number[] = [];
    for (let i = 0; i < deltasHead.length; i += 3) {
      if (deltasHead[i] !== 0 || deltasHead[i + 1] !== 0 || deltasHead[i + 2] !== 0) moved.push(i / 3);
    }
    // A shape without vertices would be dropped, and with it a name that capture programs look for.
    if (moved.length === 0) moved.push(0);
    const percent = real(Math.fround(weight * FULL));
    const channel = scene.add('Deformer', shapeName, 'SubDeformer', 'BlendShapeChannel', [
      node('Version', [100]),
      properties([property('DeformPercent', 'Number', '', 'A', percent)]),
      node('DeformPercent', [percent]),
      node('FullWeights', [Float64Array.of(FULL)]),
    ]);
    const shape = scene.add('Geometry', shapeName, 'Geometry', 'Shape', [
      node('Version', [100]),
      node('Indexes', [Int32Array.from(moved)]),
      node('Vertices', [centimetres(moved.flatMap((v) => [...deltasHead.subarray(v * 3, v * 3 + 3)]))]),
    ]);
    scene.connect(channel, deformer);
    scene.connect(shape, channel);
  }
}
