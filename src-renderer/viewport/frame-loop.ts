import type { Engine } from '@babylonjs/core/Engines/engine.js';
import type { Scene } from '@babylonjs/core/scene.js';

export type FrameLoop = { wake(): void; stop(): void };

/** How long frames go on after the last reason: covers the camera's inertia. */
const LINGER_MS = 600;
/** How long they go on for shaders and textures: a software renderer compiles for seconds, a broken one for ever. */
const PREPARE_MS = 20_000;

/** Draws only while something moves: an idle window costs nothing, and a running job keeps the processor. */
export function createFrameLoop(
  engine: Engine,
  scene: Scene,
  { render, keepGoing }: { render: () => void; keepGoing: () => boolean },
): FrameLoop {
  let until = 0;
  let running = false;

  const draw = (): void => {
    render();
    const overdueMs = performance.now() - until;
    if (overdueMs < 0 || keepGoing() || (overdueMs < PREPARE_MS && !scene.isReady(false))) return;
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
