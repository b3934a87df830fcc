/**
 * The paper's two filters (section 3.2) over a folder of shards: for views that were not rendered from one head by construction,
 * as a generator's are.
 *
 * In: shards (`write-shard.ts`). Out: the same, where views that failed are no longer supervised: back views that show a face, and
 * all views of the heads that are not among the most consistent. Heads stay in place, so that shards keep their size.
 */
import { createImage, type ImageRgba } from '../../image/image.ts';
import type { Inference } from '../../inference/inference.ts';
import { type HeadArrays, TARGET_CHANNELS } from '../head/make-head.ts';
import type { DecodedShard } from '../write-shard.ts';
import { identityConsistency, keepMostConsistent } from './identity-filter.ts';
import { findJanusViews, type PrunedView } from './janus-filter.ts';

export type PruneResult = { janusViews: number; droppedHeads: number; heads: number };

/** Changes `supervised` of the shards' heads in place. Heads that show fewer than two faces are kept: they say nothing. */
export async function pruneShards(
  shards: readonly Pick<DecodedShard, 'heads' | 'sizePx'>[],
  inference: Inference,
): Promise<PruneResult> {
  const heads = shards.flatMap(({ heads: list, sizePx }) => list.map((head) => ({ head, sizePx })));
  const scores: (number | null)[] = [];
  let janusViews = 0;
  for (const { head, sizePx } of heads) {
    const views = viewsOf(head, sizePx);
    const supervised = head.supervised ?? new Uint8Array(views.length).fill(1);
    const found = await findJanusViews(views, inference);
    for (const view of found) supervised[view] = 0;
    janusViews += found.length;
    head.supervised = supervised;
    scores.push(await identityConsistency(views, inference));
  }
  const kept = new Set(keepMostConsistent(scores));
  let droppedHeads = 0;
  heads.forEach(({ head }, index) => {
    if (scores[index] === null || kept.has(index)) return;
    head.supervised!.fill(0);
    droppedHeads++;
  });
  return { janusViews, droppedHeads, heads: heads.length };
}

function viewsOf({ targets, angles }: HeadArrays, sizePx: number): PrunedView[] {
  return Array.from({ length: angles.length / 2 }, (_, view) => ({
    image: imageOf(targets, view, sizePx),
    azimuthDeg: (angles[view * 2]! * 180) / Math.PI,
  }));
}

/**
 * Apart from {@link viewsOf}: with the loop over the pixels in there, V8 (Node 20 and 24) optimised it while it ran, and about
 * once in thirty processes all views of a head then held the azimuth of its last one.
 */
function imageOf(targets: Uint8Array, view: number, sizePx: number): ImageRgba {
  const image = createImage(sizePx, sizePx);
  const first = view * sizePx * sizePx;
  for (let i = 0; i < sizePx * sizePx; i++) {
    const from = (first + i) * TARGET_CHANNELS;
    image.rgbaSrgb.set(targets.subarray(from, from + 4), i * 4);
  }
  return image;
}
