import { Engine } from '@babylonjs/core/Engines/engine.js';
import { CubeTexture } from '@babylonjs/core/Materials/Textures/cubeTexture.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/core/Engines/thinEngine.scissor.js';
import '@babylonjs/core/Materials/Textures/Loaders/envTextureLoader.js';
import { disposeScene } from './dispose-scene.ts';
import { createFrameLoop } from './frame-loop.ts';
import { HEAD_LOOK_DEFAULTS, type HeadLook } from './head-look.ts';
import { createLights } from './lights.ts';
import { createPhotoCamera, type PhotoFrame, type PhotoView } from './photo-camera.ts';
import { recordTurn } from './record-turn.ts';
import { type HeadContent, type HeadSource, type ShownHead, loadHead } from './shown-head.ts';
import { FRONT_ALPHA, createTurntableCamera } from './turntable-camera.ts';

export type { ShapeWeights } from './expressions.ts';
export type { HeadLook } from './head-look.ts';
export type { HeadContent, HeadSource } from './shown-head.ts';
export type { PhotoFrame, PhotoView } from './photo-camera.ts';

/** The head that is judged, and the one that it is compared with. */
export type Side = 'a' | 'b';

export type HeadViewport = {
  /** Replaces the head of a side; the first one is framed, the next ones are seen from where one is. */
  load(side: Side, source: HeadSource, signal: AbortSignal): Promise<HeadContent>;
  clear(side: Side): void;
  show(look: HeadLook): void;
  /** The photo's camera; null when it is not known. */
  setPhotoView(view: PhotoView | null): void;
  resetView(): void;
  /** Front, profile, back, profile. */
  quarterTurn(): void;
  /** What is on the canvas at twice its pixels, on a transparent ground. */
  snapshot(): Promise<Blob>;
  /** One full turn as WebM; null when `signal` fired. */
  record(options: {
    seconds: number;
    background: string;
    signal: AbortSignal;
    onprogress: (fraction: number) => void;
  }): Promise<Blob | null>;
  dispose(): void;
};

const SNAPSHOT_SCALE = 2;

/** Null without WebGL; WebGL 1 is taken where there is no WebGL 2. `onframe`: where the photo lies, null while orbiting. */
export function createHeadViewport(
  canvas: HTMLCanvasElement,
  environmentUrl: string,
  onframe: (frame: PhotoFrame | null) => void,
): HeadViewport | null {
  if (!hasWebGl()) return null;
  const engine = new Engine(canvas, true, { stencil: false, audioEngine: false }, true);
  engine.canvasTabIndex = 0;
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true;
  // The page behind the canvas draws the background.
  scene.clearColor = new Color4(0, 0, 0, 0);
  scene.skipPointerMovePicking = true;

  const environment = CubeTexture.CreateFromPrefilteredData(environmentUrl, scene);
  // Babylon turns cube maps over for right-handed scenes; ours is drawn right-handed to begin with.
  environment.invertZ = true;
  scene.environmentTexture = environment;

  const turntable = createTurntableCamera(scene);
  const photoCamera = createPhotoCamera(scene);
  const lights = createLights(scene, environment, FRONT_ALPHA);
  const heads: Record<Side, ShownHead | null> = { a: null, b: null };
  let look = HEAD_LOOK_DEFAULTS;
  let photoView: PhotoView | null = null;
  let filming = false;

  const render = (): void => {
    const { a, b } = heads;
    if (b === null) {
      a?.setVisible(true);
      return scene.render();
    }
    // Twice the scene, each time clipped to one side of the wipe.
    const [width, height] = [engine.getRenderWidth(), engine.getRenderHeight()];
    const border = Math.round(width * look.wipe);
    for (const [head, other, left, right] of [
      [a, b, 0, border],
      [b, a, border, width],
    ] as const) {
      head?.setVisible(true);
      other?.setVisible(false);
      engine.enableScissor(left, 0, right - left, height);
      scene.render();
    }
    engine.disableScissor();
  };
  const loop = createFrameLoop(engine, scene, { render, keepGoing: () => look.turning });

  turntable.camera.onViewMatrixChangedObservable.add(() => {
    lights.follow(turntable.camera.alpha);
    loop.wake();
  });
  scene.onBeforeRenderObservable.add(() => {
    if (!look.turning || filming) return;
    // A scene that is drawn twice for a wipe must not turn twice as fast.
    const passes = heads.b === null ? 1 : 2;
    turntable.camera.alpha += (2 * Math.PI * engine.getDeltaTime()) / 1000 / look.secondsPerTurn / passes;
  });
  const aim = (): void => {
    const through = look.throughPhoto && photoView !== null && heads.a !== null;
    scene.activeCamera = through ? photoCamera.camera : turntable.camera;
    turntable.setActive(!through);
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    onframe(through ? photoCamera.aim(photoView!, heads.a!.bounds, size) : null);
    // The photo was taken from the front of its own light.
    lights.follow(through ? FRONT_ALPHA : turntable.camera.alpha);
    loop.wake();
  };
  const resizing = new ResizeObserver(() => {
    engine.resize();
    aim();
  });
  resizing.observe(canvas);
  const onkeydown = (event: KeyboardEvent): void => turntable.onKey(event);
  canvas.addEventListener('keydown', onkeydown);

  /** Files that are being read, and what ends that with the viewport. */
  const reading = new Set<Promise<ShownHead>>();
  const closing = new AbortController();
  const read = async (source: HeadSource, signal: AbortSignal): Promise<ShownHead> => {
    const head = loadHead(scene, source, AbortSignal.any([signal, closing.signal]));
    reading.add(head);
    return head.finally(() => reading.delete(head));
  };
  const clear = (side: Side): void => {
    heads[side]?.dispose();
    heads[side] = null;
    loop.wake();
  };
  return {
    async load(side, source, signal) {
      const head = await read(source, signal);
      clear(side);
      heads[side] = head;
      head.show(look);
      if (side === 'a') turntable.frame(head.bounds);
      aim();
      await scene.whenReadyAsync();
      loop.wake();
      return head.content;
    },
    clear,
    show(next) {
      const moved = next.throughPhoto !== look.throughPhoto;
      look = next;
      lights.set(look.lighting);
      heads.a?.show(look);
      heads.b?.show(look);
      if (moved) aim();
      loop.wake();
    },
    setPhotoView(view) {
      photoView = view;
      aim();
    },
    resetView() {
      turntable.home();
      loop.wake();
    },
    quarterTurn() {
      turntable.quarterTurn();
      loop.wake();
    },
    snapshot() {
      const scaling = engine.getHardwareScalingLevel();
      engine.setHardwareScalingLevel(scaling / SNAPSHOT_SCALE);
      render();
      // Taken at once: a WebGL canvas is empty again after the frame.
      const blob = new Promise<Blob>((resolve, reject) =>
        canvas.toBlob(
          (made) => (made ? resolve(made) : reject(new Error('the picture is too large'))),
          'image/png',
        ),
      );
      engine.setHardwareScalingLevel(scaling);
      loop.wake();
      return blob;
    },
    async record(options) {
      const start = turntable.camera.alpha;
      filming = true;
      const draw = (turn: number): void => {
        turntable.camera.alpha = start + turn * 2 * Math.PI;
        render();
      };
      const film = await recordTurn({ canvas, draw, ...options }).finally(() => (filming = false));
      turntable.camera.alpha = start;
      loop.wake();
      return film;
    },
    dispose() {
      resizing.disconnect();
      canvas.removeEventListener('keydown', onkeydown);
      loop.stop();
      closing.abort();
      void disposeScene(scene, reading);
    },
  };
}

function hasWebGl(): boolean {
  const probe = document.createElement('canvas');
  const context = probe.getContext('webgl2') ?? probe.getContext('webgl');
  // Browsers limit how many contexts live at once.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
