/**
 * New colours that meet the kept ones: the difference along the border is spread smoothly over what is new and added to it
 * (membrane interpolation; Pérez et al. 2003, "Poisson image editing", with the new picture's own gradients).
 *
 * In: new planes (7, S, S) in [−1, 1], changed in place; the present planes; kept (S, S), 1 = kept. Colours only, and only
 * where both sides of the border belong to the head. A view without a border stays as it is.
 * Held denoising alone is not enough: a network that has learnt less from its surroundings than from the photo makes a patch
 * whose mean colour is off by a few percent, and an eye sees the outline of the patch.
 */
const COLOURS = 3;
const ALPHA = 3;
/** Successive over-relaxation; 300 sweeps bring a hole of 128 px within a grade of 8 bits. */
const SWEEPS = 300;
const RELAXATION = 1.9;

export function matchBorder(
  made: Float32Array,
  present: Float32Array,
  kept: Float32Array,
  sizePx: number,
): void {
  const plane = sizePx * sizePx;
  const isNew = (i: number): boolean => kept[i]! < 0.5;
  const ring = new Map<number, number[]>();
  const inner: number[] = [];
  for (let i = 0; i < plane; i++) {
    if (!isNew(i)) continue;
    const sources = neighbours(i, sizePx).filter(
      (j) => !isNew(j) && present[ALPHA * plane + j]! > 0 && made[ALPHA * plane + i]! > 0,
    );
    if (sources.length > 0) ring.set(i, sources);
    else inner.push(i);
  }
  if (ring.size === 0) return;
  const around = inner.map((i) => neighbours(i, sizePx).filter(isNew));
  for (let c = 0; c < COLOURS; c++) {
    const offset = new Float64Array(plane);
    let mean = 0;
    for (const [i, sources] of ring) {
      const wanted = sources.reduce((sum, j) => sum + present[c * plane + j]!, 0) / sources.length;
      offset[i] = wanted - made[c * plane + i]!;
      mean += offset[i]! / ring.size;
    }
    for (const i of inner) offset[i] = mean;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      inner.forEach((i, n) => {
        const beside = around[n]!;
        if (beside.length === 0) return;
        const smooth = beside.reduce((sum, j) => sum + offset[j]!, 0) / beside.length;
        offset[i] = offset[i]! + RELAXATION * (smooth - offset[i]!);
      });
    }
    for (let i = 0; i < plane; i++)
      if (isNew(i)) made[c * plane + i] = Math.min(1, Math.max(-1, made[c * plane + i]! + offset[i]!));
  }
}

function neighbours(i: number, sizePx: number): number[] {
  const x = i % sizePx;
  const found: number[] = [];
  if (x > 0) found.push(i - 1);
  if (x < sizePx - 1) found.push(i + 1);
  if (i >= sizePx) found.push(i - sizePx);
  if (i + sizePx < sizePx * sizePx) found.push(i + sizePx);
  return found;
}
