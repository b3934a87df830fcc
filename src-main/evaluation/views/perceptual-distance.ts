/**
 * A stand-in for LPIPS: distance of the features of Inception v3 (models/inception-features.onnx), built as LPIPS is
 * (Zhang et al. 2018: unit features per place, squared differences, mean over places, then over layers) but with another
 * network and without weights learnt from people's judgements. Its numbers compare only with each other.
 *
 * In: pictures (H, W, 3) in [0, 1], region (H, W). Out: distance ≥ 0 over the region's places.
 */
import type { Raster } from '../../image/image.ts';
import { resizeRaster } from '../../image/resize-image.ts';
import type { Inference, Tensor } from '../../inference/inference.ts';
import { imageTensor } from '../../pipeline/02-analyse/image-tensor.ts';

export const FEATURE_MODEL = 'inception-features';
const INPUT_PX = 299;
const LAYERS = ['mixed0', 'mixed2', 'mixed4'] as const;

export type Features = readonly Tensor[];

/** Unit vectors per place, (C, S, S) a layer. */
export async function extractFeatures(picture: Raster, inference: Inference): Promise<Features> {
  const image = imageTensor(resizeRaster(picture, INPUT_PX, INPUT_PX), 1, 0);
  const outputs = await inference.run(FEATURE_MODEL, { image });
  return LAYERS.map((layer) => normaliseFeatures(outputs[layer]!));
}

export function normaliseFeatures({ data, dims }: Tensor): Tensor {
  const places = dims[2]! * dims[3]!;
  const channels = dims[1]!;
  const out = new Float32Array(data.length);
  for (let place = 0; place < places; place++) {
    let square = 0;
    for (let c = 0; c < channels; c++) square += data[c * places + place]! ** 2;
    const scale = 1 / (Math.sqrt(square) + 1e-10);
    for (let c = 0; c < channels; c++) out[c * places + place] = scale * data[c * places + place]!;
  }
  return { data: out, dims };
}

/** NaN where the region is empty. */
export function featureDistance(
  a: Features,
  b: Features,
  region: { widthPx: number; heightPx: number; values: ArrayLike<number> },
): number {
  const whole: Raster = {
    widthPx: region.widthPx,
    heightPx: region.heightPx,
    channels: 1,
    values: Float32Array.from(region.values),
  };
  let sum = 0;
  a.forEach((layer, k) => {
    const [, channels, rows, columns] = layer.dims as [number, number, number, number];
    const share = resizeRaster(whole, columns, rows).values;
    const places = rows * columns;
    let [distances, weights] = [0, 0];
    for (let place = 0; place < places; place++) {
      if (share[place]! <= 0) continue;
      let square = 0;
      for (let c = 0; c < channels; c++)
        square += (layer.data[c * places + place]! - b[k]!.data[c * places + place]!) ** 2;
      distances += share[place]! * square;
      weights += share[place]!;
    }
    sum += distances / weights;
  });
  return sum / a.length;
}
