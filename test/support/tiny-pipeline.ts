/**
 * Eight small stages for tests of everything around the pipeline: real arithmetic on real arrays, real artefacts.
 * What a stage should do besides is said by a {@link TinyPhoto} behind the picture in the photo's file.
 */
import sharp from 'sharp';
import { type RigView, viewRig } from '../../src-main/camera/view-rig.ts';
import type { DeviceInfo, HeadSettings } from '../../src-main/contract/entities.ts';
import { StudioError } from '../../src-main/contract/errors.ts';
import type { StageId } from '../../src-main/contract/stages.ts';
import { STAGES } from '../../src-main/contract/stages.ts';
import type { ViewScores } from '../../src-main/contract/views.ts';
import type { PictureEdit, TakenView } from '../../src-main/pipeline/04-views/edit/picture-edit.ts';
import type { View } from '../../src-main/pipeline/04-views/views.ts';
import type { ExportedFiles } from '../../src-main/pipeline/08-export/exported-files.ts';
import type { EditedView } from '../../src-main/pipeline/edit-views.ts';
import type { GeneratedHead } from '../../src-main/pipeline/generate-head.ts';
import type { RunStage, Stage, StageContext } from '../../src-main/pipeline/stage.ts';

export type TinyBehaviour =
  /** Waits in steps, looking at the signal. */
  | 'wait'
  /** Blocks the thread for good, deaf to any message. */
  | 'block'
  | 'no-face'
  | 'wrong-argument'
  | 'disk-full'
  | 'out-of-memory'
  | 'crash'
  | 'mistake'
  | 'warn';
export type TinyPhoto = { salt?: string; behaviour?: Partial<Record<StageId, TinyBehaviour>> };
type Result = { values: Float32Array; drawn: number[]; stage: string };
type Input = { previous: Result | null; photo: TinyPhoto; settings: HeadSettings };

export async function createInference(): Promise<{
  device: DeviceInfo;
  run(): Promise<never>;
  readPack(): Promise<never>;
}> {
  return {
    device: { provider: 'cpu', threads: 1, note: 'tiny pipeline of the tests' },
    run: () => Promise.reject(new Error('the tiny pipeline has no models')),
    readPack: () => Promise.reject(new Error('the tiny pipeline has no models')),
  };
}

export async function generateHead(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[] = [],
): Promise<GeneratedHead> {
  const photo = parsePhoto(bytes);
  let previous: Result | null = null;
  for (const id of STAGES.slice(0, -1)) {
    const input: Input = { previous, photo, settings };
    previous = await run(id, stage, input);
    if (id === '04-views' && takes.length > 0)
      previous = await run(id, addTakes, { previous, photo, settings, takes }, 'laid');
  }
  const { texturePercents, ...files } = await run('08-export', exportFiles, { previous, photo, settings });
  const scores = scoreOf(0);
  const views = viewRig(settings.views, 64).map(({ azimuthDeg, elevationDeg }, index) => ({
    azimuthDeg,
    elevationDeg,
    scores,
    texturePercent: texturePercents[index]!,
  }));
  const headModel = { id: 'tiny-head', licence: 'CC0-1.0', credits: 'nobody' };
  return { ...files, views, headModel };
}

/** Grey views: of the edit's seed, or of the picture's size. */
export async function editViews(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[],
  edit: PictureEdit,
): Promise<EditedView[]> {
  const photo = parsePhoto(bytes);
  let previous: Result | null = null;
  for (const id of STAGES.slice(0, 4)) previous = await run(id, stage, { previous, photo, settings });
  await run('04-views', addTakes, { previous, photo, settings, takes }, 'edited');
  const grey = edit.kind === 'paint' ? edit.picture.length % 256 : edit.seed % 256;
  return Promise.all(
    (edit.kind === 'paint' ? [edit.view] : edit.views).map(async (index) => {
      const view = drawGrey(viewRig(settings.views, settings.viewSizePx)[index]!, grey);
      const { widthPx: width, heightPx: height, rgbaSrgb } = view.image;
      const png = await sharp(rgbaSrgb, { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer();
      return { index, view, png, scores: scoreOf(grey) };
    }),
  );
}

function drawGrey(rig: RigView, grey: number): View {
  const { widthPx, heightPx } = rig.camera;
  const count = widthPx * heightPx;
  return {
    ...rig,
    image: { widthPx, heightPx, rgbaSrgb: new Uint8ClampedArray(count * 4).fill(grey) },
    normalsHead: new Int8Array(count * 3),
    depth: new Float32Array(count),
    photoWeight: new Uint8Array(count),
  };
}

const scoreOf = (grey: number): ViewScores => ({
  identityDistance: null,
  neighbourDifferencePercent: grey,
  maskIou: 1,
  normalDeg: 0,
});

/** Any picture is a photo that asks for nothing special, unless {@link encodeTinyPhoto} wrote behind its end. */
function parsePhoto(bytes: Uint8Array): TinyPhoto {
  const text = Buffer.from(bytes).toString('latin1');
  const start = text.lastIndexOf(MARK);
  if (start < 0) return { salt: `${bytes.length} bytes` };
  return JSON.parse(text.slice(start + MARK.length)) as TinyPhoto;
}

/** `picture` as it was to every decoder: they stop at the end of the image. */
export function encodeTinyPhoto(picture: Uint8Array, photo: TinyPhoto): Uint8Array {
  return Buffer.concat([picture, Buffer.from(MARK + JSON.stringify(photo))]);
}

const MARK = '@tiny-photo ';

const addTakes: Stage<Input & { takes: readonly TakenView[] }, Result> = async (
  { previous, takes },
  context,
) => {
  context.preview?.(takes.map(({ index, view }) => ({ view: index, image: view.image })));
  const values = previous!.values.map((value, i) =>
    takes.reduce((sum, { view }) => sum + view.image.rgbaSrgb[i]!, value),
  );
  return { ...previous!, values };
};

const stage: Stage<Input, Result> = async ({ previous, photo }, context) => {
  await behave(photo.behaviour?.[context.stage], context);
  const values = new Float32Array(256);
  for (let i = 0; i < values.length; i++) values[i] = (previous?.values[i] ?? 0) * 0.5 + context.random();
  context.progress(0.5);
  context.progress(0.2);
  await new Promise((resolve) => setTimeout(resolve, 2));
  context.progress(1);
  return { values, drawn: [context.random(), context.random()], stage: context.stage };
};

const exportFiles: Stage<Input, ExportedFiles> = async (input, context) => {
  const { values } = await stage(input, context);
  const text = new TextEncoder().encode(JSON.stringify([...values.subarray(0, 8)]));
  const files = [
    { name: 'head.glb', mediaType: 'model/gltf-binary', bytes: new Uint8Array(values.buffer.slice(0)) },
    { name: 'cameras.json', mediaType: 'application/json', bytes: text },
    ...Array.from({ length: input.settings.views }, (_, view) => ({
      name: `views/view-${String(view).padStart(2, '0')}.png`,
      mediaType: 'image/png',
      bytes: new Uint8Array(values.buffer.slice(view * 4, view * 4 + 64)),
    })),
  ];
  return {
    files,
    checks: files.map(({ name, bytes }) => ({ name, bytes: bytes.byteLength })),
    scores: { meanValue: values.reduce((sum, value) => sum + value, 0) / values.length },
    texturePercents: Array.from({ length: input.settings.views }, () => 0),
  };
};

async function behave(behaviour: TinyBehaviour | undefined, context: StageContext): Promise<void> {
  switch (behaviour) {
    case undefined:
      return;
    case 'wait':
      while (!context.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      return;
    case 'block':
      for (;;) Math.sqrt(2);
    case 'no-face':
      throw new StudioError({
        code: 'no-face-found',
        message: 'No face was found.',
        hint: 'Use another picture.',
      });
    case 'wrong-argument':
      throw new StudioError({
        code: 'bad-request',
        message: 'The head model file cannot be used.',
        hint: 'Choose another.',
      });
    case 'disk-full':
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        path: '/full',
      });
    case 'out-of-memory':
      new Float64Array(2 ** 53 - 1);
      return;
    case 'crash':
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    case 'mistake':
      throw new Error('a mistake of ours');
    case 'warn':
      context.warn('tiny', `warned in ${context.stage}`);
  }
}
