/**
 * Two states of one view, put together by a mask, so that no seam shows.
 *
 * In: present view, new view (H, W), mask (H, W) in [0, 1], 1 = new. Out: {@link View}. Where the mask is 0 every value is
 * the present one, to the bit. Colour, coverage and normals change over gradually; depth, which must not lie between two
 * surfaces, changes at one half. What the mask covers outranks the photo from now on.
 */
import { createImage } from '../../../image/image.ts';
import type { View } from '../views.ts';

export function blendView(present: View, made: View, mask: Float32Array): View {
  const { widthPx, heightPx } = present.camera;
  const count = widthPx * heightPx;
  const image = createImage(widthPx, heightPx);
  const normalsHead = new Int8Array(count * 3);
  const depth = new Float32Array(count);
  const photoWeight = new Uint8Array(count);
  const overPhoto = new Uint8Array(count);
  const normal = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const share = mask[i]!;
    const whole = share >= 0.5 ? made : present;
    depth[i] = whole.depth[i]!;
    photoWeight[i] = Math.round((1 - share) * present.photoWeight[i]! + share * made.photoWeight[i]!);
    overPhoto[i] = Math.max(255 * share, present.overPhoto?.[i] ?? 0);
    for (let c = 0; c < 4; c++) {
      const at = i * 4 + c;
      image.rgbaSrgb[at] = (1 - share) * present.image.rgbaSrgb[at]! + share * made.image.rgbaSrgb[at]!;
    }
    if (share === 0 || share === 1) {
      for (let c = 0; c < 3; c++) normalsHead[i * 3 + c] = whole.normalsHead[i * 3 + c]!;
      continue;
    }
    for (let c = 0; c < 3; c++)
      normal[c] = (1 - share) * present.normalsHead[i * 3 + c]! + share * made.normalsHead[i * 3 + c]!;
    const length = Math.hypot(...normal) || 1;
    for (let c = 0; c < 3; c++) normalsHead[i * 3 + c] = Math.round((127 * normal[c]!) / length);
  }
  return { ...present, image, normalsHead, depth, photoWeight, overPhoto };
}
