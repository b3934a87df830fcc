import { Material } from '@babylonjs/core/Materials/material.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { quadEdges } from './quad-edges.ts';

export type Wireframe = { attach(meshes: Mesh[]): void; set(on: boolean): void };

/** Dark and half transparent: reads on skin, on clay and on normals. */
const LINE_LINEAR = new Color3(0.03, 0.03, 0.03);
const LINE_ALPHA = 0.55;

/** The quads of the topology as lines over the meshes; built when first switched on. */
export function createWireframe(scene: Scene): Wireframe {
  const material = new StandardMaterial('wireframe', scene);
  material.disableLighting = true;
  material.emissiveColor = LINE_LINEAR;
  material.alpha = LINE_ALPHA;
  material.fillMode = Material.LineListDrawMode;
  let sources: Mesh[] = [];
  let lines: Mesh[] = [];
  let shown = false;

  /** Clones keep the joints and shapes of their mesh, so that the lines stay on the face. */
  const build = (): Mesh[] =>
    sources.map((source) => {
      const mesh = source.clone(`${source.name} wireframe`, source.parent, true);
      mesh.makeGeometryUnique();
      mesh.setIndices(quadEdges(source.getIndices() ?? []));
      mesh.material = material;
      return mesh;
    });
  const apply = (): void => {
    if (shown && lines.length === 0) lines = build();
    for (const mesh of lines) mesh.setEnabled(shown);
  };
  return {
    attach(meshes) {
      for (const mesh of lines) mesh.dispose();
      lines = [];
      sources = meshes;
      apply();
    },
    set(on) {
      shown = on;
      apply();
    },
  };
}
