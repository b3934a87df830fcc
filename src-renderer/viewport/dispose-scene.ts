import type { Scene } from '@babylonjs/core/scene.js';

/** Between two looks at what still loads, ms. */
const PAUSE_MS = 50;
/** How long a scene is waited for at the most: where the graphics context was lost nothing gets ready. */
const PATIENCE_MS = 5000;

/**
 * Ends a scene and its engine. Babylon decodes its table of reflections (`RGBDTextureTools.ExpandRGBDTexture`) by itself and
 * asynchronously, and draws with the engine when it comes to it, disposed or not: so that comes first.
 */
export function disposeScene(scene: Scene, leftMs = PATIENCE_MS): void {
  if (scene.environmentBRDFTexture?.isReady() === false && leftMs > 0) {
    setTimeout(() => disposeScene(scene, leftMs - PAUSE_MS), PAUSE_MS);
    return;
  }
  const engine = scene.getEngine();
  scene.dispose();
  engine.dispose();
}
