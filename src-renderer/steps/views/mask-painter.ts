/** A mask that is painted over a view: what is painted is made anew. */
export type MaskPainter = {
  /** A stroke from one point to another, px of the view; the same point twice is a dab. */
  stroke(from: [number, number], to: [number, number], radiusPx: number, erase: boolean): void;
  clear(): void;
  isEmpty(): boolean;
  /** White on black, of the view's size. */
  toPng(): Promise<Blob>;
};

/** Of the overlay; drawn half transparent by the style sheet. Far from skin and hair, in both themes. */
const PAINT = 'rgb(0 190 255)';

export function createMaskPainter(canvas: HTMLCanvasElement): MaskPainter {
  const { width, height } = canvas;
  // Read once a stroke to know whether anything is left.
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const isEmpty = (): boolean => {
    const { data } = context.getImageData(0, 0, width, height);
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) return false;
    return true;
  };
  return {
    stroke: ([fromX, fromY], [toX, toY], radiusPx, erase) => {
      context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
      context.strokeStyle = PAINT;
      context.lineCap = 'round';
      context.lineWidth = 2 * radiusPx;
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
      context.stroke();
    },
    clear: () => context.clearRect(0, 0, width, height),
    isEmpty,
    toPng: () => {
      const out = document.createElement('canvas');
      Object.assign(out, { width, height });
      const target = out.getContext('2d')!;
      target.drawImage(canvas, 0, 0);
      target.globalCompositeOperation = 'source-in';
      target.fillStyle = 'white';
      target.fillRect(0, 0, width, height);
      target.globalCompositeOperation = 'destination-over';
      target.fillStyle = 'black';
      target.fillRect(0, 0, width, height);
      return new Promise((resolve, reject) =>
        out.toBlob(
          (blob) => (blob ? resolve(blob) : reject(new Error('the mask has no picture'))),
          'image/png',
        ),
      );
    },
  };
}
