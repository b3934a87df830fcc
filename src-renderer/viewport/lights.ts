import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import type { CubeTexture } from '@babylonjs/core/Materials/Textures/cubeTexture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** `studio`: soft light from all around, from the environment map; `three-point`: a key, a fill and a rim light. */
export type LightRig = 'studio' | 'three-point';
export type Lighting = {
  rig: LightRig;
  /** Of the lights around the head, + = to the right of the viewer. */
  rotationDeg: number;
};

export type Lights = {
  set(lighting: Lighting): void;
  /** Where the camera stands around the head, rad: lights stand still for the viewer, as if the head were turned. */
  follow(alpha: number): void;
};

/**
 * Portrait lighting as photographers set it up: key 45° to the side and from above, fill on the other side at a
 * quarter of it, rim from behind. Azimuth + = to the right of the viewer. Intensities were set by eye so that skin
 * in the key light is as bright as under the studio light.
 */
const THREE_POINT = [
  { name: 'key', azimuthDeg: -45, elevationDeg: 35, intensity: 2.6 },
  { name: 'fill', azimuthDeg: 50, elevationDeg: 5, intensity: 0.65 },
  { name: 'rim', azimuthDeg: 150, elevationDeg: 40, intensity: 2.2 },
] as const;
/** Enough to see into the shadows, too little to fill them. */
const THREE_POINT_ENVIRONMENT = 0.18;

export function createLights(scene: Scene, environment: CubeTexture, frontAlpha: number): Lights {
  const lamps = THREE_POINT.map((place) => {
    const light = new DirectionalLight(place.name, Vector3.Forward(), scene);
    light.intensity = place.intensity;
    return { light, place };
  });
  let lighting: Lighting = { rig: 'studio', rotationDeg: 0 };
  let alpha = frontAlpha;

  const apply = (): void => {
    const turn = alpha - frontAlpha + radians(lighting.rotationDeg);
    environment.rotationY = turn;
    scene.environmentIntensity = lighting.rig === 'studio' ? 1 : THREE_POINT_ENVIRONMENT;
    for (const { light, place } of lamps) {
      light.setEnabled(lighting.rig === 'three-point');
      // From the front (+Z) a viewer has +X on the right. The camera's angle α grows from +X towards +Z, so turning it
      // by +δ carries what stands still for the viewer by −δ about +Y.
      const azimuth = radians(place.azimuthDeg + lighting.rotationDeg) - (alpha - frontAlpha);
      const elevation = radians(place.elevationDeg);
      light.direction = new Vector3(
        -Math.sin(azimuth) * Math.cos(elevation),
        -Math.sin(elevation),
        -Math.cos(azimuth) * Math.cos(elevation),
      );
    }
  };
  apply();
  return {
    set(next) {
      lighting = next;
      apply();
    },
    follow(next) {
      alpha = next;
      apply();
    },
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
