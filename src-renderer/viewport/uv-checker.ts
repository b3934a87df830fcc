import { DynamicTexture } from '@babylonjs/core/Materials/Textures/dynamicTexture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/core/Engines/Extensions/engine.dynamicTexture.js';

const SIDE_PX = 1024;
/** Cells along a side: about one an eye's width on a head that fills the map. */
const CELLS = 16;
const GREYS = ['#8c8c8c', '#d0d0d0'] as const;
const LETTERS = 'ABCDEFGHIJKLMNOP';

/** Squares with their address, as DCC programs have them: shows stretch, size, seams and mirrored islands. */
export function createUvChecker(scene: Scene): DynamicTexture {
  const texture = new DynamicTexture('uv checker', SIDE_PX, scene, true);
  const context = texture.getContext() as CanvasRenderingContext2D;
  const cell = SIDE_PX / CELLS;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${cell * 0.42}px sans-serif`;
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      context.fillStyle = GREYS[(row + column) % 2]!;
      context.fillRect(column * cell, row * cell, cell, cell);
      // The hue says which column, so that an island that jumped is seen from afar.
      context.fillStyle = `hsl(${(column * 360) / CELLS} 45% 32%)`;
      context.fillText(`${LETTERS[row]}${column + 1}`, (column + 0.5) * cell, (row + 0.5) * cell);
    }
  }
  // glTF's UV starts at the top left, like the canvas.
  texture.update(false);
  texture.anisotropicFilteringLevel = 8;
  return texture;
}
