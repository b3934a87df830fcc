import { Material } from '@babylonjs/core/Materials/material.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { quadEdges } from './quad-edges.ts';

export type Wireframe = {
  /** `shown`: one answer a mesh of the head, in their order. */
  set(shown: (index: number) => boolean): void;
  dispose(): void;
};

/** Dark and half transparent: reads on skin, on clay and on normals. */
const LINE_LINEAR = new Color3(0.03, 0.03, 0.03);
const LINE_ALPHA = 0.55;

/** The quads of the topology as lines over the meshes; built when first switched on. */
export function createWireframe(scene: Scene, meshes: readonly Mesh[]): Wireframe {
  let material: StandardMaterial | null = null;
  let lines: Mesh[] = [];

  /** Clones keep the joints and shapes of their mesh, so that the lines stay on the face. */
  const build = (): Mesh[] => {
    const drawn = (material = lineMaterial(scene));
    return meshes.map((source) => {
      const mesh = source.clone(`${source.name} wireframe`, source.parent, true);
      mesh.makeGeometryUnique();
      mesh.setIndices(quadEdges(source.getIndices() ?? []));
      mesh.material = drawn;
      return mesh;
    });
  };
  return {
    set(shown) {
      if (lines.length === 0 && meshes.some((_, index) => shown(index))) lines = build();
      for (const [index, mesh] of lines.entries()) mesh.setEnabled(shown(index));
    },
    dispose() {
      for (const mesh of lines) mesh.dispose();
      material?.dispose();
    },
  };
}

function lineMaterial(scene: Scene): StandardMaterial {
  const material = new StandardMaterial('wireframe', scene);
  material.disableLighting = true;
  material.emissiveColor = LINE_LINEAR;
  material.alpha = LINE_ALPHA;
  material.fillMode = Material.LineListDrawMode;
  return material;
}
