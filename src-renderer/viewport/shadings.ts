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

/** Pictures of the source maps; null where the head has none, or the model is not laid out by it. */
export type SourceMapUrls = { head: string | null; hair: string | null };

/** The mesh that has a map of its own: hair (pipeline/08-export). */
const HAIR = 'hair';

/** The colour of sculpting clay in DCC tools: neutral, so that form is read and nothing else. */
const CLAY_LINEAR = new Color3(0.3, 0.295, 0.29);
const CLAY_ROUGHNESS = 0.55;
/** Babylon's `DEBUGMODE` 2: unit normal n of the world, which is the head's frame, as n · ½ + ½ – like the views' normals. */
const SHOW_NORMALS = 2;

/**
 * Ways to look at the meshes of one head: their own materials with or without light, or something in their place, which
 * is made when it is first wanted.
 */
export function createShadings(
  scene: Scene,
  meshes: readonly Mesh[],
  sourceMapUrls: SourceMapUrls,
): Shadings {
  const made = new Map<string, Material>();
  const make: Partial<Record<Shading, (map: keyof SourceMapUrls) => PBRMaterial | null>> = {
    clay: () => matt(scene, 'clay'),
    // A material of Babylon's, and not a shader of ours, because it follows joints and expression shapes.
    normals: () => Object.assign(new PBRMaterial('normals', scene), { debugMode: SHOW_NORMALS }),
    checker: () => {
      const material = matt(scene, 'checker');
      material.albedoColor = Color3.White();
      material.albedoTexture = createUvChecker(scene);
      return material;
    },
    sources: (map) => {
      const url = sourceMapUrls[map];
      if (url === null) return null;
      const material = new PBRMaterial('sources', scene);
      material.unlit = true;
      // Each colour is a statement: nothing in between two of them.
      material.albedoTexture = new Texture(url, scene, true, false, Texture.NEAREST_SAMPLINGMODE);
      return material;
    },
  };
  const own = meshes.map((mesh) => mesh.material);
  // The wireframe lies exactly on the faces: they step back a little, lines cannot be offset.
  for (const material of own) if (material) material.zOffset = 1;

  const replacementFor = (shading: Shading, mesh: Mesh): Material | null => {
    const map = mesh.name === HAIR ? 'hair' : 'head';
    const key = shading === 'sources' ? `${shading} ${map}` : shading;
    const known = made.get(key);
    if (known) return known;
    const material = make[shading]?.(map) ?? null;
    if (material === null) return null;
    material.zOffset = 1;
    made.set(key, material);
    return material;
  };
  return {
    set(shading) {
      for (const [index, mesh] of meshes.entries()) {
        const material = own[index] ?? null;
        const replacement = replacementFor(shading, mesh);
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
