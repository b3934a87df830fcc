import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { Bounds } from './shown-head.ts';

/** From the front: the camera's angle α runs from +X towards +Z, and the face looks to +Z. */
export const FRONT_ALPHA = Math.PI / 2;
const FRONT_BETA = Math.PI / 2;
/** 28° vertically: a portrait lens, and about that of the views' rig, so that both show the same likeness. */
const FIELD_OF_VIEW = 0.49;
/** Share of the picture's height that the head fills. */
const FILL = 0.8;
/** Factor of the distance per press of + or −. */
const ZOOM_STEP = 0.88;

export type TurntableCamera = {
  camera: ArcRotateCamera;
  /** Whether pointer and keys move it: not while the head is seen by another camera, or it would jump when that is left. */
  setActive(active: boolean): void;
  /** How far it may go, and where `home` is; the first head is also framed. */
  frame(bounds: Bounds): void;
  home(): void;
  /** On to the next of front, profile from the subject's left, back, profile from the right. */
  quarterTurn(): void;
  onKey(event: KeyboardEvent): void;
};

export function createTurntableCamera(scene: Scene): TurntableCamera {
  const camera = new ArcRotateCamera('turntable', FRONT_ALPHA, FRONT_BETA, 1, Vector3.Zero(), scene);
  camera.fov = FIELD_OF_VIEW;
  camera.minZ = 0.01;
  camera.maxZ = 20;
  camera.wheelDeltaPercentage = 0.01;
  camera.pinchDeltaPercentage = 0.01;
  // Metres: with Babylon's default a nudge would throw the head out of the picture.
  camera.panningSensibility = 4000;
  camera.attachControl(true);
  let isActive = true;
  let place: { target: Vector3; radius: number } | null = null;

  const home = (): void => {
    if (place === null) return;
    camera.alpha = FRONT_ALPHA;
    camera.beta = FRONT_BETA;
    camera.radius = place.radius;
    // Babylon would otherwise work the angles out anew, from where the camera was.
    camera.setTarget(place.target.clone(), false, false, true);
    camera.inertialAlphaOffset = camera.inertialBetaOffset = camera.inertialRadiusOffset = 0;
  };
  const quarterTurn = (): void => {
    const quarter = Math.PI / 2;
    // Not stuck where rounding has left the camera a hair before the quarter that it is at.
    camera.alpha = quarter * (Math.ceil(camera.alpha / quarter - 1e-3) - 1);
    camera.beta = FRONT_BETA;
    camera.inertialAlphaOffset = camera.inertialBetaOffset = 0;
  };
  return {
    camera,
    setActive(active) {
      isActive = active;
      if (active) camera.attachControl(true);
      else camera.detachControl();
    },
    home,
    quarterTurn,
    frame(bounds) {
      const first = place === null;
      place = placeFor(bounds, camera);
      camera.lowerRadiusLimit = place.radius * 0.15;
      camera.upperRadiusLimit = place.radius * 4;
      if (first) home();
    },
    onKey({ key }) {
      if (!isActive) return;
      const zoom = key === '+' || key === '=' ? ZOOM_STEP : key === '-' ? 1 / ZOOM_STEP : 0;
      if (zoom > 0) camera.radius *= zoom;
    },
  };
}

/** Where the camera looks and from how far, so that the head fills the picture. */
function placeFor({ low, high }: Bounds, camera: ArcRotateCamera): { target: Vector3; radius: number } {
  const target = low.add(high).scale(0.5);
  const size = high.subtract(low);
  // Turned by 90° the head is as wide as it was deep.
  const side = Math.max(size.y, Math.max(size.x, size.z) / camera.getEngine().getAspectRatio(camera));
  // The outline lies about half way between the middle and the near side.
  return { target, radius: side / FILL / 2 / Math.tan(camera.fov / 2) + size.z / 4 };
}
