import { Material } from '@babylonjs/core/Materials/material.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { quadEdges } from './quad-edges.ts';

export type Wireframe = { attach(meshes: Mesh[]): void; set(on: boolean): void };

const LINE_VERTEX = `
  precision highp float;
  attribute vec3 position;
  uniform mat4 worldViewProjection;
  void main() {
    gl_Position = worldViewProjection * vec4(position, 1.0);
  }`;
/** Dark and half transparent: reads on skin, on clay and on normals. */
const LINE_FRAGMENT = `
  precision highp float;
  void main() {
    gl_FragColor = vec4(0.03, 0.03, 0.03, 0.55);
  }`;

/** The quads of the topology as lines over the meshes; built when first switched on. */
export function createWireframe(scene: Scene): Wireframe {
  const material = new ShaderMaterial(
    'wireframe',
    scene,
    { vertexSource: LINE_VERTEX, fragmentSource: LINE_FRAGMENT },
    { attributes: ['position'], uniforms: ['worldViewProjection'], needAlphaBlending: true },
  );
  material.fillMode = Material.LineListDrawMode;
  let sources: Mesh[] = [];
  let lines: Mesh[] = [];
  let shown = false;

  const build = (): Mesh[] =>
    sources.map((source) => {
      const mesh = new Mesh(`${source.name} wireframe`, scene);
      const data = new VertexData();
      data.positions = source.getVerticesData(VertexBuffer.PositionKind);
      data.indices = quadEdges(source.getIndices() ?? []);
      data.applyToMesh(mesh);
      mesh.parent = source;
      mesh.material = material;
      mesh.isPickable = false;
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
