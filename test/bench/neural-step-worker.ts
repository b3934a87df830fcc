/** A worker of neural-step.ts: at each message the gradient of its share of the rays. */
import { parentPort, workerData } from 'node:worker_threads';
import { renderRay } from '../../src-main/pipeline/05-surface/render-ray.ts';
import { makeBatch, SHARPNESS } from './neural-step-batch.ts';

const { values, gradient, share, of } = workerData as {
  values: Float32Array;
  gradient: Float32Array;
  share: number;
  of: number;
};
const { grid, camera, rays } = makeBatch();
const own = rays.slice(Math.round((share * rays.length) / of), Math.round(((share + 1) * rays.length) / of));
parentPort!.on('message', () => {
  gradient.fill(0);
  for (const { x, y, depth, target } of own)
    renderRay({ ...grid, values }, camera, x, y, depth, SHARPNESS, target, gradient);
  parentPort!.postMessage('done');
});
parentPort!.postMessage('ready');
