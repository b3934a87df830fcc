/**
 * How much of the new view a painted mask lets through, and what the network is asked for it.
 *
 * The change-over lies inside the mask, and is no wider than the mask is there: a dab of a few pixels is wholly new in its middle.
 * A blurred mask from one half on was dropped: its σ of 5 px left nothing of dabs of 8 to 12 px, and 4.5 % of a line of 8.
 */
import { distanceInside } from '../../../image/distance-inside.ts';
import { smoothstep } from '../../../render/photo-probe.ts';

/** From this on a pixel belongs to the mask; below it is the border's blur. */
const PAINTED = 0.5;
/** The change-over, as a share of the view's side: 10 px at 512 px. */
const FEATHER = 0.02;
/** The network's own change-over ends where the view's has got to a quarter, so that the two do not add up. */
const NETWORK_GAIN = 4;

/** In: (S, S) in [0, 1], as painted. Out: (S, S) in [0, 1], share of the new view; 0 outside of the mask. */
export function featherMask(painted: Float32Array, sizePx: number): Float32Array {
  const extent = { widthPx: sizePx, heightPx: sizePx };
  const distance = distanceInside(extent, (i) => painted[i]! >= PAINTED);
  const reach = FEATHER * sizePx;
  const width = widthAround(distance, sizePx, reach);
  return painted.map((value, i) =>
    distance[i] === 0 ? 0 : value * smoothstep(0, width[i]!, Math.min(distance[i]!, width[i]!)),
  );
}

/**
 * In: share of the new view (S, S). Out: (P, P) of the network's pixels, 1 = kept, 0 = made anew: each goes by the newest
 * pixel that is drawn from it. Their mean would round away what is smaller than one of them.
 */
export function keepForNetwork(share: Float32Array, sizePx: number, networkPx: number): Float32Array {
  const kept = new Float32Array(networkPx * networkPx).fill(1);
  const reach = Math.max(1, networkPx / sizePx);
  /** What a pixel is drawn from: the two between whose centres it lies, more where the network's are the smaller. */
  const cells = Array.from({ length: sizePx }, (_, i) => {
    const centre = ((i + 0.5) * networkPx) / sizePx - 0.5;
    const first = Math.max(0, Math.floor(centre - reach) + 1);
    return { first, last: Math.min(networkPx - 1, Math.floor(centre + reach)) };
  });
  share.forEach((value, i) => {
    if (value === 0) return;
    const left = 1 - Math.min(1, NETWORK_GAIN * value);
    const [rows, columns] = [cells[Math.floor(i / sizePx)]!, cells[i % sizePx]!];
    for (let row = rows.first; row <= rows.last; row++)
      for (let column = columns.first; column <= columns.last; column++) {
        const at = row * networkPx + column;
        kept[at] = Math.min(kept[at]!, left);
      }
  });
  return kept;
}

/** (S, S) px: radius, up to `reach`, of the largest disc inside the mask that covers a pixel: half the mask's width there. */
function widthAround(distance: Float32Array, sizePx: number, reach: number): Float32Array {
  const width = distance.map((value) => Math.min(value, reach));
  distance.forEach((value, centre) => {
    // What lies deeper is covered by discs of the full radius whose centres lie less deep.
    if (value === 0 || value > reach + Math.SQRT2) return;
    const radius = Math.min(value, reach);
    const whole = Math.floor(radius);
    const [x, y] = [centre % sizePx, Math.floor(centre / sizePx)];
    for (let row = Math.max(0, y - whole); row <= Math.min(sizePx - 1, y + whole); row++)
      for (let column = Math.max(0, x - whole); column <= Math.min(sizePx - 1, x + whole); column++) {
        if ((row - y) ** 2 + (column - x) ** 2 >= radius * radius) continue;
        const i = row * sizePx + column;
        if (distance[i]! > 0) width[i] = Math.max(width[i]!, radius);
      }
  });
  return width;
}
