import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';

/** The template wrapped on the surface: what an artist carries on with. */
export type FittedHead = {
  topology: HeadTopology;
  /** (N, 3) m, head frame. */
  positionsHead: Points<'Head'>;
  /** Mean distance of wrapped skin vertices from the surface, mm. */
  meanDistanceMm: number;
};
