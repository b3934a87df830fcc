import type { Camera } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';

/** The head mesh M estimated from the photo (paper §3.2: "estimated, never ground truth"), without hair. */
export type Prior = {
  /** Which head model, e.g. `gen3d-head`. */
  modelId: string;
  /** The model's licence and credits, which bind what is made with it. */
  modelLicence: string;
  modelCredits: string;
  topology: HeadTopology;
  /** (N, 3) m, head frame: identity and expression as in the photo. */
  positionsHead: Points<'Head'>;
  /** (N, 3) m, head frame: identity only, neutral expression. */
  neutralHead: Points<'Head'>;
  /** Identity coefficients, unit variance. */
  identity: Float32Array;
  /** Expression weights in [0, 1], in the order of the head model's `expressionNames`. */
  expression: Float32Array;
  /** The camera that took the photo: image size = photo size. Its pose carries the head's pose. */
  photoCamera: Camera;
  /** Mean distance of projected landmarks from the found ones, % of the distance between the outer eye corners. */
  landmarkErrorPercent: number;
  /** [0, 1] per region of the head model: how much the photo says about it. */
  confidence: Record<string, number>;
};
