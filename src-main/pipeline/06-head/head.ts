import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';

/** Hair as a shell of its own, outside of the skin: a part of the template's faces, wrapped on the surface. */
export type HairShell = {
  /** Indices of the topology's quads that are hair, ascending. */
  quads: Uint32Array;
  /** (N, 3) m, head frame; only vertices of those quads mean anything. The border lies just below the skin. */
  positionsHead: Points<'Head'>;
  /** (N) in [0, 1]: how far hair covers the skin's vertex. */
  coverage: Float32Array;
};

/** The template wrapped on the surface: what an artist carries on with. */
export type FittedHead = {
  topology: HeadTopology;
  /** (N, 3) m, head frame. Bald under `hair` where there is such a shell, else with hair in its shape. */
  positionsHead: Points<'Head'>;
  hair: HairShell | null;
  /** Mean distance of wrapped vertices (skin that shows, and hair) from the surface, mm. */
  meanDistanceMm: number;
};
