import type { MaskStroke, PhotoCrop } from '../../../src-main/contract/entities.ts';

/** The portrait mask as layers to draw; all of them cover `area` of the photo. */
export type MaskLayer = {
  area: PhotoCrop;
  /** Person opaque, background clear. */
  cutOut: HTMLCanvasElement;
  /** Background in one colour, person clear. */
  tint: HTMLCanvasElement;
  /** Takes over the strokes, and the one that is being painted. */
  paint(strokes: readonly MaskStroke[]): void;
};

/** The engine's brush fades over the outer 30 % of its radius; the hard edge of the same area lies half way. */
const EDGE_SHARE = 0.85;
/** Complementary to skin, so that no tinted background passes for one. */
const TINT = '#1c6fd6';

/** `mask`: grey, white = person, of `area` of the photo. `picture`: the whole photo, however many pixels it is shown with. */
export function createMaskLayer(
  mask: HTMLImageElement,
  picture: HTMLImageElement,
  area: PhotoCrop,
  photo: { widthPx: number; heightPx: number },
): MaskLayer {
  const [width, height] = [mask.naturalWidth, mask.naturalHeight];
  const scale = width / area.widthPx;
  const found = alphaOf(mask, width, height);
  const shape = sheet(width, height);
  const cutOut = sheet(width, height);
  const tint = sheet(width, height);
  // The picture at the mask's own size, once: scaling a photo takes longer than everything else here.
  const part = sheet(width, height);
  part.context.setTransform(scale, 0, 0, scale, -area.xPx * scale, -area.yPx * scale);
  part.context.drawImage(picture, 0, 0, photo.widthPx, photo.heightPx);
  return {
    area,
    cutOut: cutOut.canvas,
    tint: tint.canvas,
    paint(strokes) {
      const { context } = shape;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = 'copy';
      context.drawImage(found, 0, 0);
      context.setTransform(scale, 0, 0, scale, -area.xPx * scale, -area.yPx * scale);
      for (const stroke of strokes) {
        context.globalCompositeOperation = stroke.keep ? 'source-over' : 'destination-out';
        drawStroke(context, stroke);
      }
      combine(cutOut.context, shape.canvas, 'destination-in', () =>
        cutOut.context.drawImage(part.canvas, 0, 0),
      );
      combine(tint.context, shape.canvas, 'destination-out', () => {
        tint.context.fillStyle = TINT;
        tint.context.fillRect(0, 0, width, height);
      });
    },
  };
}

function drawStroke(context: CanvasRenderingContext2D, { radiusPx, pointsPx }: MaskStroke): void {
  context.lineWidth = 2 * radiusPx * EDGE_SHARE;
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = '#fff';
  context.beginPath();
  const [first, ...rest] = pointsPx;
  context.moveTo(first![0], first![1]);
  // A line to where it begins is a disc.
  for (const [x, y] of rest.length > 0 ? rest : [first!]) context.lineTo(x, y);
  context.stroke();
}

function combine(
  context: CanvasRenderingContext2D,
  shape: HTMLCanvasElement,
  how: GlobalCompositeOperation,
  draw: () => void,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, shape.width, shape.height);
  draw();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = how;
  context.drawImage(shape, 0, 0);
}

/** Grey becomes opacity. */
function alphaOf(mask: HTMLImageElement, width: number, height: number): HTMLCanvasElement {
  const { canvas, context } = sheet(width, height);
  context.drawImage(mask, 0, 0);
  const pixels = context.getImageData(0, 0, width, height);
  for (let i = 0; i < pixels.data.length; i += 4) {
    pixels.data[i + 3] = pixels.data[i]!;
    pixels.data[i] = pixels.data[i + 1] = pixels.data[i + 2] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function sheet(
  width: number,
  height: number,
): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this window cannot draw');
  return { canvas, context };
}
