import type { Camera } from '../../camera/camera.ts';
import type { ViewsMethod } from '../../contract/entities.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';

/** One of the N views around the head (paper §3.2). */
export type View = {
  azimuthDeg: number;
  elevationDeg: number;
  camera: Camera;
  /** (H, W, 4) colour and coverage. Colour behind alpha = 0 continues the nearest covered colour. */
  image: ImageRgba;
  /** (H, W, 3) int8: head-frame unit normal × 127; 0 where alpha is 0. */
  normalsHead: Int8Array;
  /** (H, W) m along the optical axis (Camera −Z); 0 where nothing is. Geometry of the prior for `reproject`. */
  depth: Float32Array;
  /** (H, W) 255 = the pixel was carried over from the photo, 0 = made up (mirrored, filled, generated). */
  photoWeight: Uint8Array;
  /** (H, W) 255 = changed by an artist on purpose: outranks the photo in the texture. Absent where nothing is. */
  overPhoto?: Uint8Array;
};

export type Views = {
  method: ViewsMethod;
  views: View[];
  /** Side of the pictures that the network drew, px; absent in views that were drawn at their own size. */
  drawnPx?: number;
  /** M with the hair's volume, from which depth and reprojection come; absent in views made by other means. */
  proxy?: TriangleMesh;
  /** (N) [0, 1] that hair grows at a vertex of M, by the photo's colours, and by place where it shows nothing; absent like `proxy`. */
  hairShare?: Float32Array;
  /** Whether those colours tell hair from skin, so that what looks like skin is skin; absent like `proxy`. */
  isHairTold?: boolean;
};
