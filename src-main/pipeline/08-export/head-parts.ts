/**
 * A head on its template → the parts that a file holds: one per face group, with shapes, joints and weights where known.
 * in: topology, (N, 3) positions and normals, Head, m, which groups use the map, shapes, rig → out: parts, as triangles for
 * the GLB or as quads for the FBX.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import type { ExpressionShapes, HeadRig } from '../06-head/rigging.ts';
import { CLAY, groupMaterial } from './group-materials.ts';
import { groupQuads } from './group-quads.ts';
import { splitSeams } from './split-seams.ts';
import type { GlbPart } from './write-glb.ts';
import type { FbxPart } from './write-fbx.ts';

export type HeadForParts = {
  topology: HeadTopology;
  /** All expression weights at 0 where there are shapes. */
  restHead: Points<'Head'>;
  /** Unit. */
  normalsHead: Points<'Head'>;
  /** null = no map: grey clay, so that prior and surface are judged by their shape. */
  textured: readonly boolean[] | null;
  /** Which map those groups use. */
  map: 'head' | 'hair';
  shapes: ExpressionShapes | null;
  rig: HeadRig | null;
};

/** Movements below a hundredth of a millimetre are rounding of the model's 16-bit shapes. */
const STILL_M = 1e-5;
/** The part that programs for face capture drive: it names all shapes, also those that do not move it. */
const FACE_GROUP = 'skin';

/** As triangles whose vertices are repeated at uv seams. */
export function headParts(head: HeadForParts): GlbPart[] {
  return splitSeams(head.topology).map(({ group, vertices, ...faces }) => ({
    ...onVertices(head, group, vertices),
    ...faces,
  }));
}

/** As quads whose vertices are shared at uv seams. */
export function quadParts(head: HeadForParts): FbxPart[] {
  return groupQuads(head.topology).map(({ group, vertices, ...faces }) => ({
    ...onVertices(head, group, vertices),
    ...faces,
  }));
}

/** All of a part but its faces. `vertices`: (M) template vertex of each. */
function onVertices(
  { topology, restHead, normalsHead, textured, shapes, rig, map }: HeadForParts,
  group: number,
  vertices: Uint32Array,
): Omit<GlbPart, 'uvs' | 'triangles'> {
  const name = topology.groups[group]!;
  return {
    name,
    positionsHead: gather(restHead, 3, vertices, 0),
    normalsHead: gather(normalsHead, 3, vertices, 0),
    material: textured === null ? CLAY : groupMaterial(name),
    map: textured?.[group] === true ? map : null,
    shapes: shapes === null ? [] : partShapes(shapes, restHead.length, vertices, name === FACE_GROUP),
    skin:
      rig === null
        ? null
        : {
            joints: Uint8Array.from(gather(rig.skinJoints, 4, vertices, 0)),
            weights: gather(rig.skinWeights, 4, vertices, 0),
          },
  };
}

/** The shapes that move a part at all: teeth know nothing of eyebrows. */
function partShapes(
  { names, weights, deltasHead }: ExpressionShapes,
  length: number,
  vertices: Uint32Array,
  keepsStill: boolean,
): GlbPart['shapes'] {
  return names.flatMap((name, shape) => {
    const deltas = gather(deltasHead, 3, vertices, shape * length);
    for (let i = 0; i < deltas.length; i++) if (Math.abs(deltas[i]!) < STILL_M) deltas[i] = 0;
    if (!keepsStill && deltas.every((value) => value === 0)) return [];
    return [{ name, weight: weights[shape]!, deltasHead: deltas }];
  });
}

function gather(
  values: Float32Array | Uint8Array,
  width: number,
  vertices: Uint32Array,
  offset: number,
): Float32Array {
  const out = new Float32Array(vertices.length * width);
  for (let i = 0; i < vertices.length; i++) {
    const from = offset + vertices[i]! * width;
    for (let k = 0; k < width; k++) out[i * width + k] = values[from + k]!;
  }
  return out;
}
