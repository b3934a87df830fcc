import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { CubeTexture } from '@babylonjs/core/Materials/Textures/cubeTexture.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/core/Materials/Textures/Loaders/envTextureLoader.js';
import '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import '@babylonjs/loaders/glTF/glTFFileLoader.js';
import { type ShapeWeights, createExpressions } from './expressions.ts';
import { createFrameLoop } from './frame-loop.ts';
import { type Shading, createShadings } from './shadings.ts';
import { createWireframe } from './wireframe.ts';

export type { ShapeWeights } from './expressions.ts';
export type { Shading } from './shadings.ts';

export type HeadViewport = {
  /**
   * Replaces what is shown by the GLB at `url`; the first one is framed, the next ones are seen from where one is.
   * Answers the weights of its expression shapes as the file has them, which is the photo's expression.
   */
  load(url: string, signal: AbortSignal): Promise<ShapeWeights>;
  setExpression(weights: ShapeWeights): void;
  setShading(shading: Shading): void;
  setWireframe(on: boolean): void;
  setAutoTurn(on: boolean): void;
  resetView(): void;
  dispose(): void;
};

/** From the front: the camera's angle α runs from +X towards +Z, and the face looks to +Z. */
const FRONT_ALPHA = Math.PI / 2;
const FRONT_BETA = Math.PI / 2;
/** 28° vertically: a portrait lens, and about that of the views' rig, so that both show the same likeness. */
const FIELD_OF_VIEW = 0.49;
/** Share of the picture's height that the head fills. */
const FILL = 0.8;
/** One turn in 20 s. */
const TURN_RADIANS_PER_SECOND = (2 * Math.PI) / 20;
/** Factor of the distance per press of + or −. */
const ZOOM_STEP = 0.88;

/** Null without WebGL; WebGL 1 is taken where there is no WebGL 2. */
export function createHeadViewport(canvas: HTMLCanvasElement, environmentUrl: string): HeadViewport | null {
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

  const camera = new ArcRotateCamera('turntable', FRONT_ALPHA, FRONT_BETA, 1, Vector3.Zero(), scene);
  camera.fov = FIELD_OF_VIEW;
  camera.minZ = 0.01;
  camera.maxZ = 20;
  camera.wheelDeltaPercentage = 0.01;
  camera.pinchDeltaPercentage = 0.01;
  // Metres: with Babylon's default a nudge would throw the head out of the picture.
  camera.panningSensibility = 4000;
  camera.attachControl(true);

  let autoTurn = false;
  let home: { target: Vector3; radius: number } | null = null;
  const shadings = createShadings(scene);
  const wireframe = createWireframe(scene);
  const expressions = createExpressions();
  const loop = createFrameLoop(engine, scene, () => autoTurn);

  // The light stands still for the viewer, as if the head were turned and not the camera.
  camera.onViewMatrixChangedObservable.add(() => {
    environment.rotationY = camera.alpha - FRONT_ALPHA;
    loop.wake();
  });
  scene.onBeforeRenderObservable.add(() => {
    if (autoTurn) camera.alpha += (TURN_RADIANS_PER_SECOND * engine.getDeltaTime()) / 1000;
  });

  const onkeydown = (event: KeyboardEvent): void => {
    const zoom = event.key === '+' || event.key === '=' ? ZOOM_STEP : event.key === '-' ? 1 / ZOOM_STEP : 0;
    if (zoom > 0) camera.radius *= zoom;
  };
  canvas.addEventListener('keydown', onkeydown);
  const resizing = new ResizeObserver(() => {
    engine.resize();
    loop.wake();
  });
  resizing.observe(canvas);

  const resetView = (): void => {
    if (home === null) return;
    camera.alpha = FRONT_ALPHA;
    camera.beta = FRONT_BETA;
    camera.radius = home.radius;
    // Babylon would otherwise work the angles out anew, from where the camera was.
    camera.setTarget(home.target.clone(), false, false, true);
    camera.inertialAlphaOffset = camera.inertialBetaOffset = camera.inertialRadiusOffset = 0;
    loop.wake();
  };

  let unload: () => void = () => {};
  return {
    async load(url, signal) {
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const container = await LoadAssetContainerAsync(bytes, scene, { pluginExtension: '.glb' });
      if (signal.aborted) {
        container.dispose();
        return {};
      }
      unload();
      container.addAllToScene();
      const meshes = container.meshes.filter((mesh): mesh is Mesh => mesh.getTotalVertices() > 0);
      expressions.attach(meshes);
      shadings.attach(meshes);
      wireframe.attach(meshes);
      const first = home === null;
      home = frameMeshes(meshes, camera);
      camera.lowerRadiusLimit = home.radius * 0.15;
      camera.upperRadiusLimit = home.radius * 4;
      if (first) resetView();
      unload = () => container.dispose();
      await scene.whenReadyAsync();
      loop.wake();
      return expressions.photo();
    },
    setExpression(weights) {
      expressions.set(weights);
      loop.wake();
    },
    setShading(shading) {
      shadings.set(shading);
      loop.wake();
    },
    setWireframe(on) {
      wireframe.set(on);
      loop.wake();
    },
    setAutoTurn(on) {
      autoTurn = on;
      loop.wake();
    },
    resetView,
    dispose() {
      resizing.disconnect();
      canvas.removeEventListener('keydown', onkeydown);
      loop.stop();
      scene.dispose();
      engine.dispose();
    },
  };
}

/** Where the camera looks and from how far, so that the meshes fill the picture. */
function frameMeshes(meshes: Mesh[], camera: ArcRotateCamera): { target: Vector3; radius: number } {
  const low = new Vector3(Infinity, Infinity, Infinity);
  const high = low.negate();
  for (const mesh of meshes) {
    const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
    low.minimizeInPlace(minimumWorld);
    high.maximizeInPlace(maximumWorld);
  }
  const target = low.add(high).scale(0.5);
  const size = high.subtract(low);
  // Turned by 90° the head is as wide as it was deep.
  const side = Math.max(size.y, Math.max(size.x, size.z) / camera.getEngine().getAspectRatio(camera));
  // The outline lies about half way between the middle and the near side.
  return { target, radius: side / FILL / 2 / Math.tan(camera.fov / 2) + size.z / 4 };
}

function hasWebGl(): boolean {
  const probe = document.createElement('canvas');
  const context = probe.getContext('webgl2') ?? probe.getContext('webgl');
  // Browsers limit how many contexts live at once.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
