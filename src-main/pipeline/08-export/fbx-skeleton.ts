/** Joints, the weights with which a mesh follows them, and the pose they were bound in: no joint is turned. */
import type { RigJoint } from '../06-head/rigging.ts';
import { node, real } from './encode-fbx.ts';
import { centimetres, fbxName, type FbxScene, properties, property, shift } from './fbx-scene.ts';
import type { GlbPart } from './write-glb.ts';

export type FbxSkeleton = { joints: readonly RigJoint[]; ids: readonly bigint[] };

/** Radius of a joint's sign in the window, cm. */
const JOINT_SIZE = 1;

/** Returns the numbers of the joints' models. */
export function addJoints(scene: FbxScene, joints: readonly RigJoint[]): bigint[] {
  const ids: bigint[] = [];
  for (const { name, parent, positionHead: p } of joints) {
    const from = joints[parent]?.positionHead ?? [0, 0, 0];
    const offset = centimetres(p.map((value, axis) => value - from[axis]!));
    const id = scene.add('Model', fbxName(name), 'Model', 'LimbNode', [
      node('Version', [232]),
      properties([
        property('InheritType', 'enum', '', '', 1),
        property('DefaultAttributeIndex', 'int', 'Integer', '', 0),
        property('Lcl Translation', 'Lcl Translation', '', 'A', ...Array.from(offset, real)),
      ]),
      node('Shading', [true]),
      node('Culling', ['CullingOff']),
    ]);
    const attribute = scene.add('NodeAttribute', fbxName(name), 'NodeAttribute', 'LimbNode', [
      properties([property('Size', 'double', 'Number', '', real(JOINT_SIZE))]),
      node('TypeFlags', ['Skeleton']),
    ]);
    scene.connect(id, ids[parent] ?? 0n);
    scene.connect(attribute, id);
    ids.push(id);
  }
  return ids;
}

/** One cluster per joint that has vertices of the mesh. */
export function addSkin(
  scene: FbxScene,
  name: string,
  { joints: indices, weights }: NonNullable<GlbPart['skin']>,
  { joints, ids }: FbxSkeleton,
  geometry: bigint,
): void {
  const skin = scene.add('Deformer', `${name}_skin`, 'Deformer', 'Skin', [
    node('Version', [101]),
    node('Link_DeformAcuracy', [real(50)]),
  ]);
  scene.connect(skin, geometry);
  joints.forEach(({ name: joint, positionHead }, j) => {
    const bound: number[] = [];
    const shares: number[] = [];
    for (let i = 0; i < indices.length; i++) {
      if (indices[i] !== j || weights[i] === 0) continue;
      bound.push(i >> 2);
      shares.push(weights[i]!);
    }
    if (bound.length === 0) return;
    const [x, y, z] = centimetres(positionHead) as unknown as [number, number, number];
    const cluster = scene.add('Deformer', `${name}_${fbxName(joint)}`, 'SubDeformer', 'Cluster', [
      node('Version', [100]),
      node('UserData', ['', '']),
      node('Indexes', [Int32Array.from(bound)]),
      node('Weights', [Float64Array.from(shares)]),
      // The mesh seen from the joint, then the joint in the scene.
      node('Transform', [shift(-x, -y, -z)]),
      node('TransformLink', [shift(x, y, z)]),
    ]);
    scene.connect(cluster, skin);
    scene.connect(ids[j]!, cluster);
  });
}

export function bindPose(scene: FbxScene, meshIds: readonly bigint[], { joints, ids }: FbxSkeleton): void {
  const places = [
    ...meshIds.map((id): [bigint, ArrayLike<number>] => [id, [0, 0, 0]]),
    ...ids.map((id, j): [bigint, ArrayLike<number>] => [id, centimetres(joints[j]!.positionHead)]),
  ];
  scene.add('Pose', 'bind', 'Pose', 'BindPose', [
    node('Type', ['BindPose']),
    node('Version', [100]),
    node('NbPoseNodes', [places.length]),
    places.map(([id, p]) =>
      node('PoseNode', [], [node('Node', [id]), node('Matrix', [shift(p[0]!, p[1]!, p[2]!)])]),
    ),
  ]);
}
