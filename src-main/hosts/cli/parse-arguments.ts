/** The command line of `npm run head`. */
import { parseArgs } from 'node:util';
import { completeSettings, settingsSchema } from '../../app/check-args.ts';
import { HEAD_SETTINGS_DEFAULTS, type HeadSettings } from '../../contract/entities.ts';
import { EXPORT_TARGETS, type ExportTarget } from '../../contract/export-targets.ts';

export type CliArguments = {
  photos: string[];
  out: string;
  settings: HeadSettings;
  json: boolean;
  /** Path of a head model file of the user's own. */
  headModel: string | undefined;
  threads: number | undefined;
  target: ExportTarget;
};

export const USAGE = `Makes a textured 3D head from each photo.

usage: npm run --silent head -- <photo…> --out <folder> [options]

  --out <folder>       where each head gets a folder of its own, named after its photo
  --seed <n>           whole number that decides what is random (default 1)
  --method <name>      diffusion (default; 16 views) or reproject (default with another number of views)
  --steps <n>          denoising steps of diffusion (default 1)
  --views <n>          views around the head (default 16)
  --view-size <px>     side of a view (default 512)
  --texture <px>       side of the texture: 512, 1024, 2048 (default) or 4096
  --surface <n>        cells along a side of the surface grid, 24 to 256 (default 128; 256 takes about twice the time)
  --surface-method <m> fusion (default) or neural: volume rendering, slower
  --delight <n>        percent of the photo's light to take out of the texture (default 0)
  --super-resolution   makes views twice as fine for what the photo does not show (slower)
  --hair-in-skin       models hair into the skin instead of giving it a mesh of its own
  --head-model <file>  a FLAME 2020/2023 (.pkl, .npz) or GNM (.npz) file of your own; its licence binds you
  --for <program>      only what it can use: everything (default), blender, maya, zbrush, unreal or unity
  --threads <n>        threads for inference
  --json               print one JSON object with all reports to stdout
  --help               this text

exit codes: 0 all done · 2 wrong usage · 3 a photo could not be used, the others are done
            4 trouble with this machine (disk, memory, models) · 130 cancelled
`;

const OPTIONS = {
  out: { type: 'string' },
  seed: { type: 'string' },
  method: { type: 'string' },
  steps: { type: 'string' },
  views: { type: 'string' },
  'view-size': { type: 'string' },
  texture: { type: 'string' },
  surface: { type: 'string' },
  'surface-method': { type: 'string' },
  delight: { type: 'string' },
  'super-resolution': { type: 'boolean', default: false },
  'hair-in-skin': { type: 'boolean', default: false },
  'head-model': { type: 'string' },
  threads: { type: 'string' },
  for: { type: 'string', default: 'everything' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Option → setting, for those that are whole numbers and are taken as they are. */
const NUMBERS = {
  seed: 'seed',
  steps: 'steps',
  views: 'views',
  'view-size': 'viewSizePx',
  texture: 'textureSizePx',
  surface: 'surfaceResolution',
} as const satisfies Partial<Record<keyof typeof OPTIONS, keyof HeadSettings>>;
/** The others. */
const CHOICES = {
  method: 'method',
  'surface-method': 'surfaceMethod',
  'super-resolution': 'superResolution',
  'hair-in-skin': 'hairMesh',
} as const satisfies Partial<Record<keyof typeof OPTIONS, keyof HeadSettings>>;

/** The arguments, `'help'`, or in words what is wrong with them. */
export function parseArguments(argv: readonly string[]): CliArguments | 'help' | { problem: string } {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    if (values.help) return 'help';
    if (positionals.length === 0) return { problem: 'no photo was given' };
    if (values.out === undefined || values.out === '') return { problem: '--out <folder> is missing' };
    const chosen: Record<string, unknown> = {};
    if (values.method !== undefined) chosen.method = values.method;
    if (chosen.method === undefined && drawsOtherViews(values.views)) chosen.method = 'reproject';
    if (values['surface-method'] !== undefined) chosen.surfaceMethod = values['surface-method'];
    const percent = values.delight === undefined ? undefined : readNumber('delight', values.delight);
    if (percent !== undefined && (percent < 0 || percent > 100))
      return { problem: '--delight must be 0 to 100' };
    if (percent !== undefined) chosen.delight = percent / 100;
    if (values['super-resolution']) chosen.superResolution = true;
    if (values['hair-in-skin']) chosen.hairMesh = false;
    for (const [option, setting] of Object.entries(NUMBERS)) {
      const text = values[option as keyof typeof NUMBERS];
      if (text !== undefined) chosen[setting] = readNumber(option, text);
    }
    const threads = values.threads === undefined ? undefined : readNumber('threads', values.threads);
    if (threads !== undefined && (threads < 1 || threads > 256))
      return { problem: '--threads must be 1 to 256' };
    const target = EXPORT_TARGETS.find((name) => name === values.for);
    if (target === undefined) return { problem: `--for must be one of ${EXPORT_TARGETS.join(', ')}` };
    const problem = findProblem(chosen, values);
    if (problem !== null) return { problem };
    const settings = completeSettings(chosen as Partial<HeadSettings>);
    return {
      photos: positionals,
      out: values.out,
      settings,
      json: values.json,
      headModel: values['head-model'],
      threads,
      target,
    };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) {
      return { problem: error.message };
    }
    throw error;
  }
}

/** The view pack draws the default number of views and no other. */
function drawsOtherViews(views: string | undefined): boolean {
  return views !== undefined && Number(views) !== HEAD_SETTINGS_DEFAULTS.views;
}

/** A value out of range, in the words of the command line. */
function findProblem(
  chosen: Record<string, unknown>,
  values: Record<string, string | boolean | undefined>,
): string | null {
  const issue = settingsSchema.partial().safeParse(chosen).error?.issues[0];
  if (issue === undefined) return null;
  const options = Object.entries({ ...NUMBERS, ...CHOICES });
  const option = options.find(([, setting]) => setting === issue.path[0])?.[0];
  if (option === undefined) return issue.message;
  return `--${option} ${String(values[option])} is not possible: ${issue.message}`;
}

function readNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new RangeError(`--${option} ${text} is not a whole number`);
  return value;
}
