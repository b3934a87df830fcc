import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** `flat` is the texture without any light: the colours as they are in the file. */
export type Shading = 'textured' | 'flat' | 'clay' | 'normals';

export type Shadings = { attach(meshes: Mesh[]): void; set(shading: Shading): void };

/** The colour of sculpting clay in DCC tools: neutral, so that form is read and nothing else. */
const CLAY_LINEAR = new Color3(0.3, 0.295, 0.29);
const CLAY_ROUGHNESS = 0.55;

/** Head-frame normals as colours, n · ½ + ½: the coding of the views' normals. */
const NORMALS_VERTEX = `
  precision highp float;
  attribute vec3 position;
  attribute vec3 normal;
  uniform mat4 world;
  uniform mat4 worldViewProjection;
  varying vec3 normalHead;
  void main() {
    normalHead = mat3(world) * normal;
    gl_Position = worldViewProjection * vec4(position, 1.0);
  }`;
const NORMALS_FRAGMENT = `
  precision highp float;
  varying vec3 normalHead;
  void main() {
    gl_FragColor = vec4(normalize(normalHead) * 0.5 + 0.5, 1.0);
  }`;

/** Ways to look at the same meshes: their own materials with or without light, grey clay, or normals. */
export function createShadings(scene: Scene): Shadings {
  const clay = new PBRMaterial('clay', scene);
  clay.albedoColor = CLAY_LINEAR;
  clay.metallic = 0;
  clay.roughness = CLAY_ROUGHNESS;
  const normals = new ShaderMaterial(
    'normals',
    scene,
    { vertexSource: NORMALS_VERTEX, fragmentSource: NORMALS_FRAGMENT },
    { attributes: ['position', 'normal'], uniforms: ['world', 'worldViewProjection'] },
  );
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
