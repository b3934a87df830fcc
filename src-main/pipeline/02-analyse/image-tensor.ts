import type { Raster } from '../../image/image.ts';
import type { Tensor } from '../../inference/inference.ts';

/** (H, W, C) → (1, C, H, W) with v · scale + offset: what every network here takes. */
export function imageTensor(raster: Raster, scale: number, offset: number): Tensor {
  const { widthPx, heightPx, channels, values } = raster;
  const area = widthPx * heightPx;
  const data = new Float32Array(area * channels);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < channels; c++) data[c * area + i] = values[i * channels + c]! * scale + offset;
  }
  return { data, dims: [1, channels, heightPx, widthPx] };
}
