import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import '@babylonjs/loaders/glTF/glTFFileLoader.js';
import { type ShapeWeights, createExpressions } from './expressions.ts';
import type { HeadLook } from './head-look.ts';
import { createShadings, type SourceMapUrls } from './shadings.ts';
import { createWireframe } from './wireframe.ts';

/** Files of one head as the viewport needs them. */
export type HeadSource = {
  /** The GLB. */
  url: string;
  sourceMapUrls: SourceMapUrls;
};
/** What a GLB turned out to hold. */
export type HeadContent = {
  /** The photo's expression: what the file opens with. Empty where the model has no shapes. */
  photoWeights: ShapeWeights;
  /** Names of its parts, in the order of the file. */
  parts: readonly string[];
};
export type Bounds = { low: Vector3; high: Vector3 };

export type ShownHead = {
  content: HeadContent;
  bounds: Bounds;
  show(look: HeadLook): void;
  /** In the pass that is drawn next. */
  setVisible(on: boolean): void;
  dispose(): void;
};

/** Throws when the GLB cannot be read; nothing stays behind when `signal` fires. */
export async function loadHead(scene: Scene, source: HeadSource, signal: AbortSignal): Promise<ShownHead> {
  const response = await fetch(source.url, { signal });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const container = await LoadAssetContainerAsync(bytes, scene, { pluginExtension: '.glb' });
  if (signal.aborted) {
    container.dispose();
    throw new DOMException('another head is wanted meanwhile', 'AbortError');
  }
  container.addAllToScene();
  const root = container.createRootMesh();
  const meshes = container.meshes.filter(
    (mesh): mesh is Mesh => mesh !== root && mesh.getTotalVertices() > 0,
  );
  const names = meshes.map((mesh) => mesh.name);
  const expressions = createExpressions(meshes);
  const shadings = createShadings(scene, meshes, source.sourceMapUrls);
  const wireframe = createWireframe(scene, meshes);
  return {
    content: { photoWeights: expressions.photo, parts: [...new Set(names)] },
    bounds: boundsOf(meshes),
    show(look) {
      shadings.set(look.shading);
      expressions.set(look.weights);
      const visible = (index: number): boolean => !look.hidden.includes(names[index]!);
      for (const [index, mesh] of meshes.entries()) mesh.setEnabled(visible(index));
      wireframe.set((index) => look.wireframe && visible(index));
    },
    setVisible: (on) => root.setEnabled(on),
    dispose() {
      wireframe.dispose();
      shadings.dispose();
      container.dispose();
    },
  };
}

function boundsOf(meshes: readonly Mesh[]): Bounds {
  const low = new Vector3(Infinity, Infinity, Infinity);
  const high = low.negate();
  for (const mesh of meshes) {
    const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
    low.minimizeInPlace(minimumWorld);
    high.maximizeInPlace(maximumWorld);
  }
  return { low, high };
}
