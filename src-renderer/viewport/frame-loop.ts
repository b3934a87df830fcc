import type { Engine } from '@babylonjs/core/Engines/engine.js';
import type { Scene } from '@babylonjs/core/scene.js';

export type FrameLoop = { wake(): void; stop(): void };

/** How long frames go on after the last reason: covers the camera's inertia and textures that are still arriving. */
const LINGER_MS = 600;

/** Draws only while something moves: an idle window costs nothing, and a running job keeps the processor. */
export function createFrameLoop(engine: Engine, scene: Scene, keepGoing: () => boolean): FrameLoop {
  let until = 0;
  let running = false;

  const draw = (): void => {
    scene.render();
    if (performance.now() < until || keepGoing()) return;
    running = false;
    engine.stopRenderLoop(draw);
  };
  const wake = (): void => {
    until = performance.now() + LINGER_MS;
    if (running || engine.isDisposed) return;
    running = true;
    engine.runRenderLoop(draw);
  };
  const stop = (): void => {
    engine.stopRenderLoop(draw);
    for (const name of WAKING) canvas?.removeEventListener(name, wake);
  };
  // Babylon's camera reads its inputs while a frame is drawn.
  const canvas = engine.getRenderingCanvas();
  for (const name of WAKING) canvas?.addEventListener(name, wake, { passive: true });
  return { wake, stop };
}

const WAKING = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchmove'] as const;
