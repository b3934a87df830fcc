import type { Scene } from '@babylonjs/core/scene.js';

/** Between two looks at what still loads, ms. */
const PAUSE_MS = 50;
/** How long a scene is waited for at the most: where the graphics context was lost nothing gets ready. */
const PATIENCE_MS = 5000;

/**
 * Ends a scene and its engine once nothing draws any more. Two things do, disposed or not: a file that is being read makes
 * materials, and the first of them makes Babylon's table of reflections, which decodes itself asynchronously with the engine
 * (`RGBDTextureTools.ExpandRGBDTexture`). `reading`: files under way; that they fail is for whoever asked for them.
 */
export async function disposeScene(scene: Scene, reading: Iterable<Promise<unknown>>): Promise<void> {
  await Promise.allSettled(reading);
  for (let ms = 0; ms < PATIENCE_MS && scene.environmentBRDFTexture?.isReady() === false; ms += PAUSE_MS)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const engine = scene.getEngine();
  scene.dispose();
  engine.dispose();
}
