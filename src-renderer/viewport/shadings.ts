import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** `flat` is the texture without any light: the colours as they are in the file. */
export type Shading = 'textured' | 'flat' | 'clay' | 'normals';

export type Shadings = { attach(meshes: Mesh[]): void; set(shading: Shading): void };

/** The colour of sculpting clay in DCC tools: neutral, so that form is read and nothing else. */
const CLAY_LINEAR = new Color3(0.3, 0.295, 0.29);
const CLAY_ROUGHNESS = 0.55;
/** Babylon's `DEBUGMODE` 2: unit normal n of the world, which is the head's frame, as n · ½ + ½ – like the views' normals. */
const SHOW_NORMALS = 2;

/** Ways to look at the same meshes: their own materials with or without light, grey clay, or normals. */
export function createShadings(scene: Scene): Shadings {
  const clay = new PBRMaterial('clay', scene);
  clay.albedoColor = CLAY_LINEAR;
  clay.metallic = 0;
  clay.roughness = CLAY_ROUGHNESS;
  // A material of Babylon's, and not a shader of ours, because it follows joints and expression shapes.
  const normals = new PBRMaterial('normals', scene);
  normals.debugMode = SHOW_NORMALS;
  const replacements: Record<Shading, Material | null> = { textured: null, flat: null, clay, normals };
  let attached: { mesh: Mesh; own: Material | null }[] = [];
  let shading: Shading = 'textured';

  const apply = (): void => {
    for (const { mesh, own } of attached) {
      if (own instanceof PBRMaterial) own.unlit = shading === 'flat';
      mesh.material = replacements[shading] ?? own;
    }
  };
  // The wireframe lies exactly on the faces: they step back a little, lines cannot be offset.
  for (const material of [clay, normals]) material.zOffset = 1;
  return {
    attach(meshes) {
      attached = meshes.map((mesh) => ({ mesh, own: mesh.material }));
      for (const { own } of attached) if (own) own.zOffset = 1;
      apply();
    },
    set(next) {
      shading = next;
      apply();
    },
  };
}
