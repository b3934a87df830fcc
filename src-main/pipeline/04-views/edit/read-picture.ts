/**
 * Pictures that an artist hands in for a view: a mask, or the view painted over.
 *
 * Masks may have any size and are stretched to the view; white (times alpha) is what is made anew. A painted view must be
 * the view: same size, with the transparency around the head, and about the same outline.
 */
import sharp, { type Sharp } from 'sharp';
import { StudioError } from '../../../contract/errors.ts';
import type { ImageRgba } from '../../../image/image.ts';

/** Overlap of painted and present outline below which the picture is of another view: neighbouring views share 0.85. */
const OUTLINE_IOU_MIN = 0.6;
/** Alpha from which a pixel is inside the outline. */
const INSIDE = 128;

/** (S, S) in [0, 1]. */
export async function readMask(picture: Uint8Array, sizePx: number): Promise<Float32Array> {
  const { data } = await decode(picture, (file) => file.resize(sizePx, sizePx, { fit: 'fill' }));
  return Float32Array.from(
    { length: sizePx * sizePx },
    (_, i) => (data[i * 4]! * data[i * 4 + 3]!) / 255 ** 2,
  );
}

/** Throws StudioError `bad-request` with what is wrong with it. */
export async function readPaintedView(picture: Uint8Array, present: ImageRgba): Promise<ImageRgba> {
  const { widthPx, heightPx } = present;
  const { data, width, height, hadAlpha } = await decode(picture, (file) => file);
  if (width !== widthPx || height !== heightPx)
    throw refused(`it has ${width} × ${height} px, the view ${widthPx} × ${heightPx}`);
  if (!hadAlpha) throw refused('it has no transparency');
  const painted: ImageRgba = { widthPx, heightPx, rgbaSrgb: new Uint8ClampedArray(data) };
  const share = outlineIou(painted, present);
  if (share < OUTLINE_IOU_MIN)
    throw refused(`its outline shares only ${Math.round(100 * share)} % with the view’s`);
  return painted;
}

function outlineIou(a: ImageRgba, b: ImageRgba): number {
  let both = 0;
  let either = 0;
  for (let i = 3; i < a.rgbaSrgb.length; i += 4) {
    const [inA, inB] = [a.rgbaSrgb[i]! >= INSIDE, b.rgbaSrgb[i]! >= INSIDE];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 0 : both / either;
}

async function decode(
  picture: Uint8Array,
  change: (file: Sharp) => Sharp,
): Promise<{ data: Uint8Array; width: number; height: number; hadAlpha: boolean }> {
  try {
    const { hasAlpha } = await sharp(picture).metadata();
    const { data, info } = await change(sharp(picture).toColourspace('srgb').ensureAlpha())
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, hadAlpha: hasAlpha };
  } catch (cause) {
    throw refused('it cannot be read as a picture', cause);
  }
}

function refused(reason: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'bad-request',
      message: `This picture cannot be used for the view: ${reason}.`,
      hint: 'Save the view as PNG from here, paint on it, and bring it back with the same size and its transparency.',
      stage: '04-views',
    },
    { cause },
  );
}
