/**
 * What of the colours is skin: clothes on the neck and hair over a bald head are not, though the photo sees them there.
 * in: vertices of the skin (N, 3), Head, m, normals, colours with weights, how far hair covers each → out (N): share of
 * photo and of views that is kept, and how far a vertex may lend its colour to places that nothing shows.
 */
import type { Points } from '../../camera/frames.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { beyondCut, findNeckCut } from '../../mesh/neck-cut.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { skinLikeness } from '../../render/skin-likeness.ts';
import { dilate } from '../../mesh/graph-filters.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';

export type ColourTrust = {
  /** (N) in [0, 1]: weight of what the photo shows: beside the shell of hair it shows the hairline. */
  photo: Float32Array;
  /** (N) in [0, 1]: weight of what views show. */
  own: Float32Array;
  /** (N) in [0, 1]: weight in filling what they do not show. */
  lend: Float32Array;
};

export type SkinColours = {
  mesh: TriangleMesh;
  graph: VertexGraph;
  normals: Points<'Head'>;
  isSkin: (vertex: number) => boolean;
  /** (N, 3) sRGB and (N) weights. */
  colours: Float32Array;
  seen: Float32Array;
  /** (N) in [0, 1], or null: hair is part of the skin. */
  coverage: Float32Array | null;
};

/** The face teaches what skin looks like: normals forward, between chin and forehead (Head, m). */
const FORWARD = 0.6;
const FACE_Y_M = [-0.07, 0.05] as const;
/** Height above the neck's end up to which clothes reach, and from which there are none, m: under the jaw. */
const CLOTHES_M = [0.06, 0.085] as const;
/** Cover of hair from which the skin below has no colour of its own, and has none. */
const HAIR = [0.05, 0.35] as const;
/** What does not look like skin lends so much of its weight. */
const STRANGER = 0.0005;
/** Passes over neighbours: pixels of a collar's edge are mixed. */
export const SPREAD_RINGS = 3;

export function trustSkin(input: SkinColours): ColourTrust {
  const { mesh, normals, isSkin, colours, seen, coverage, graph } = input;
  const { positionsHead: p } = mesh;
  const teachers = [...seen.keys()].filter(
    (v) =>
      isSkin(v) &&
      seen[v]! > 0.5 &&
      normals[v * 3 + 2]! > FORWARD &&
      p[v * 3 + 1]! > FACE_Y_M[0] &&
      p[v * 3 + 1]! < FACE_Y_M[1],
  );
  const likeness = skinLikeness(colours, seen, teachers);
  const neck = findNeckCut(mesh);
  const low = seen.map((_, v) => {
    if (neck === null || !isSkin(v) || teachers.length === 0) return 0;
    const height = -beyondCut(neck.plane, p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!);
    return 1 - smoothstep(CLOTHES_M[0], CLOTHES_M[1], height);
  });
  const strange = dilate(
    graph,
    likeness.map((value, v) => (seen[v]! > 0 ? 1 - value : 0)),
    SPREAD_RINGS,
  );
  const photo = low.map((share, v) => (isSkin(v) ? 1 - share * strange[v]! : 1));
  const own = photo.map((share, v) => {
    const cover = coverage === null ? 0 : smoothstep(HAIR[0], HAIR[1], coverage[v]!);
    return isSkin(v) ? share * (1 - cover) : 1;
  });
  const lend = own.map((kept, v) => {
    if (!isSkin(v) || teachers.length === 0) return 1;
    const choosy = coverage === null ? low[v]! : 1;
    return kept * (1 - choosy * (1 - Math.max(STRANGER, likeness[v]!)));
  });
  return { photo, own, lend };
}
