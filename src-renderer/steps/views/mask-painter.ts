import { MaskHistory, type MaskStroke } from './mask-history.ts';

/** A mask that is painted over a view: what is painted is made anew. */
export type MaskPainter = {
  /** What it can take back. */
  history: Pick<MaskHistory, 'canUndo' | 'canRedo'>;
  /** A press: strokes up to the next are taken back together. */
  begin(): void;
  stroke(stroke: MaskStroke): void;
  clear(): void;
  undo(): void;
  redo(): void;
  isEmpty(): boolean;
  /** White on black, of the view's size. What is painted by now is not taken back any more. */
  toPng(): Promise<Blob>;
};

/** Of the overlay; drawn half transparent by the style sheet. Far from skin and hair, in both themes. */
const PAINT = 'rgb(0 190 255)';

export function createMaskPainter(canvas: HTMLCanvasElement): MaskPainter {
  const { width, height } = canvas;
  // Read once a stroke to know whether anything is left.
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const history = new MaskHistory();
  const wipe = (): void => context.clearRect(0, 0, width, height);
  const draw = ({ from, to, radiusPx, erase }: MaskStroke): void => {
    context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
    context.strokeStyle = PAINT;
    context.lineCap = 'round';
    context.lineWidth = 2 * radiusPx;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  const drawAgain = (): void => {
    wipe();
    for (const step of history.steps) {
      if (step === 'clear') wipe();
      else step.forEach(draw);
    }
  };
  return {
    history,
    begin: () => history.begin(),
    stroke: (stroke) => {
      history.add(stroke);
      draw(stroke);
    },
    clear: () => {
      history.clear();
      wipe();
    },
    undo: () => {
      history.undo();
      drawAgain();
    },
    redo: () => {
      history.redo();
      drawAgain();
    },
    isEmpty: () => {
      const { data } = context.getImageData(0, 0, width, height);
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) return false;
      return true;
    },
    toPng: () => {
      history.settle();
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
