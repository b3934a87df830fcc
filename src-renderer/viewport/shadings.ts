import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { createUvChecker } from './uv-checker.ts';

/**
 * `flat` is the texture without any light: the colours as they are in the file. `checker` shows the UVs, `sources` where
 * each texel's colour came from.
 */
export type Shading = 'textured' | 'flat' | 'clay' | 'normals' | 'checker' | 'sources';

export type Shadings = { set(shading: Shading): void; dispose(): void };

/** The colour of sculpting clay in DCC tools: neutral, so that form is read and nothing else. */
const CLAY_LINEAR = new Color3(0.3, 0.295, 0.29);
const CLAY_ROUGHNESS = 0.55;
/** Babylon's `DEBUGMODE` 2: unit normal n of the world, which is the head's frame, as n · ½ + ½ – like the views' normals. */
const SHOW_NORMALS = 2;

/**
 * Ways to look at the meshes of one head: their own materials with or without light, or something in their place, which
 * is made when it is first wanted. `sourceMapUrl`: null where the head has no such map.
 */
export function createShadings(scene: Scene, meshes: readonly Mesh[], sourceMapUrl: string | null): Shadings {
  const made = new Map<Shading, Material>();
  const make: Partial<Record<Shading, () => PBRMaterial | null>> = {
    clay: () => matt(scene, 'clay'),
    // A material of Babylon's, and not a shader of ours, because it follows joints and expression shapes.
    normals: () => Object.assign(new PBRMaterial('normals', scene), { debugMode: SHOW_NORMALS }),
    checker: () => {
      const material = matt(scene, 'checker');
      material.albedoColor = Color3.White();
      material.albedoTexture = createUvChecker(scene);
      return material;
    },
    sources: () => {
      if (sourceMapUrl === null) return null;
      const material = new PBRMaterial('sources', scene);
      material.unlit = true;
      // Each colour is a statement: nothing in between two of them.
      material.albedoTexture = new Texture(sourceMapUrl, scene, true, false, Texture.NEAREST_SAMPLINGMODE);
      return material;
    },
  };
  const own = meshes.map((mesh) => mesh.material);
  // The wireframe lies exactly on the faces: they step back a little, lines cannot be offset.
  for (const material of own) if (material) material.zOffset = 1;

  const replacementFor = (shading: Shading): Material | null => {
    const known = made.get(shading);
    if (known) return known;
    const material = make[shading]?.() ?? null;
    if (material === null) return null;
    material.zOffset = 1;
    made.set(shading, material);
    return material;
  };
  return {
    set(shading) {
      const replacement = replacementFor(shading);
      for (const [index, mesh] of meshes.entries()) {
        const material = own[index] ?? null;
        if (material instanceof PBRMaterial) material.unlit = shading === 'flat';
        // Parts that have no UVs (a surface) can show neither checker nor map.
        const shows = replacement !== null && (shading === 'normals' || shading === 'clay' || hasUvs(mesh));
        mesh.material = shows ? replacement : material;
      }
    },
    dispose() {
      for (const material of made.values()) material.dispose(false, true);
    },
  };
}

function matt(scene: Scene, name: string): PBRMaterial {
  const material = new PBRMaterial(name, scene);
  material.albedoColor = CLAY_LINEAR;
  material.metallic = 0;
  material.roughness = CLAY_ROUGHNESS;
  return material;
}

function hasUvs(mesh: Mesh): boolean {
  return mesh.isVerticesDataPresent('uv');
}
