/**
 * A canvas filmed for one turn, as WebM. Slow machines get fewer frames, not a slower turn, down to {@link LEAST_FRAMES}: without a
 * graphics card on a busy processor a turn of two frames would be over before the recorder had taken one.
 */
export type TurnFilm = {
  canvas: HTMLCanvasElement;
  seconds: number;
  /** CSS colour behind the head. */
  background: string;
  /** Draws the head turned by a share [0, 1] of a full turn. */
  draw(turn: number): void;
  signal: AbortSignal;
  onprogress(fraction: number): void;
};

const FRAMES_PER_SECOND = 30;
/** 15° apart: a turn can still be followed. */
const LEAST_FRAMES = 24;
/** Skin shows banding below about this for 1080 lines. */
const BITS_PER_SECOND = 12_000_000;
const MEDIA_TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm'] as const;

/** Throws when the browser cannot record; null when `signal` fired. */
export async function recordTurn(film: TurnFilm): Promise<Blob | null> {
  const mimeType = MEDIA_TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  if (mimeType === undefined) throw new Error('this window cannot write WebM');
  // What the page draws behind the canvas would be missing: the film has a canvas of its own. Codecs want even sides.
  const sheet = document.createElement('canvas');
  sheet.width = film.canvas.width & ~1;
  sheet.height = film.canvas.height & ~1;
  const context = sheet.getContext('2d');
  if (!context) throw new Error('this window cannot draw a film');
  const recorder = new MediaRecorder(sheet.captureStream(FRAMES_PER_SECOND), {
    mimeType,
    videoBitsPerSecond: BITS_PER_SECOND,
  });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise<void>((resolve) => (recorder.onstop = () => resolve()));

  const drawFrame = (turn: number): void => {
    film.draw(turn);
    context.fillStyle = film.background;
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(film.canvas, 0, 0);
  };
  drawFrame(0);
  recorder.start();
  const startedMs = performance.now();
  for (let turn = 0; turn < 1 && !film.signal.aborted;) {
    await nextFrame();
    const due = (performance.now() - startedMs) / 1000 / film.seconds;
    turn = Math.min(1, due, turn + 1 / LEAST_FRAMES);
    drawFrame(turn);
    film.onprogress(turn);
  }
  // The last picture is on its way to the recorder.
  await nextFrame();
  recorder.stop();
  await stopped;
  return film.signal.aborted ? null : new Blob(pieces, { type: 'video/webm' });
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
