/**
 * The command line host's entry: `npm run head -- <photo…> --out <folder>`. The same engine process and the same checks
 * as the windows, without a library: blobs live as long as the command.
 */
import { resolve } from 'node:path';
import { type AppPaths, findAppPaths } from '../../app/app-paths.ts';
import { readProvenance } from '../../app/provenance.ts';
import { checkMethod, checkViewCount } from '../../app/view-packs.ts';
import { explainWriteError } from '../../app/write-files.ts';
import { createBlobStore } from '../../blobs/blob-store.ts';
import { toErrorInfo, type ErrorCode, type ErrorInfo } from '../../contract/errors.ts';
import { createEngineClient } from '../../engine/engine-client.ts';
import { createNodeFork } from '../../engine/fork-engine.ts';
import type { EngineOptions } from '../../engine/messages.ts';
import { EXIT_INTERRUPTED, onInterrupt } from '../on-interrupt.ts';
import { isPhotoProblem, makeHeads, readInputFile, withWorkDirectory, type MadeHeads } from './make-heads.ts';
import { parseArguments, USAGE, type CliArguments } from './parse-arguments.ts';
import { createProgressLine } from './progress-line.ts';

const EXIT_USAGE = 2;
const EXIT_PHOTO = 3;
const EXIT_MACHINE = 4;
/** Failures that only the engine's log explains, and how much of it is shown. */
const UNEXPLAINED: ReadonlySet<ErrorCode> = new Set(['internal', 'engine-stopped']);
const LOG_LINES = 30;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseArguments(argv);
  if (parsed === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if ('problem' in parsed) {
    process.stderr.write(`${parsed.problem}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  const paths = findAppPaths();
  let headModel: Uint8Array | null;
  try {
    checkViewCount(parsed.settings, [paths.modelsDirectory]);
    headModel = parsed.headModel === undefined ? null : await readInputFile(parsed.headModel);
  } catch (error) {
    const { message, hint } = toErrorInfo(error);
    process.stderr.write(`${message} ${hint}\n`);
    return EXIT_USAGE;
  }
  const made = await run(parsed, headModel, paths);
  if (parsed.json) process.stdout.write(`${JSON.stringify(made)}\n`);
  return exitCode(made.failures.map(({ error }) => error));
}

async function run(
  parsed: CliArguments,
  headModelFile: Uint8Array | null,
  paths: AppPaths,
): Promise<MadeHeads> {
  const out = resolve(parsed.out);
  const progress = createProgressLine(process.stderr);
  const controller = new AbortController();
  const stopListening = onInterrupt(() => controller.abort());
  try {
    checkMethod(parsed.settings, [paths.modelsDirectory]);
    return await withWorkDirectory(out, async (workDirectory) => {
      const blobsDirectory = `${workDirectory}/blobs`;
      const { version, assetsDirectory, modelsDirectory } = paths;
      const options: EngineOptions = { blobsDirectory, assetsDirectory, modelsDirectory, version };
      if (parsed.threads !== undefined) options.threads = parsed.threads;
      const pipelineModule = process.env.GEN3D_PIPELINE_MODULE;
      if (pipelineModule !== undefined) options.pipelineModule = pipelineModule;
      const engineLog: string[] = [];
      const engine = createEngineClient(
        createNodeFork(paths.engineEntry, options, (line) => void engineLog.push(line)),
      );
      const blobs = createBlobStore(blobsDirectory);
      const headModel = headModelFile === null ? null : await blobs.put(headModelFile);
      const made = await makeHeads(parsed.photos, {
        engine,
        blobs,
        provenance: await readProvenance(paths, parsed.settings.method),
        progress,
        signal: controller.signal,
        settings: { ...parsed.settings, headModel },
        target: parsed.target,
        out,
        workDirectory,
      }).finally(() => engine.close());
      // Only now: the last words of a process may arrive after its exit.
      if (made.failures.some(({ error }) => UNEXPLAINED.has(error.code))) {
        progress.say(engineLog.slice(-LOG_LINES).join('\n'));
      }
      return made;
    });
  } catch (error) {
    const info = toErrorInfo(explainWriteError(error, out));
    progress.say(`${info.message} ${info.hint}`);
    return { heads: [], failures: [{ photo: parsed.photos[0]!, error: info }] };
  } finally {
    stopListening();
  }
}

function exitCode(errors: ErrorInfo[]): number {
  if (errors.some(({ code }) => code === 'cancelled')) return EXIT_INTERRUPTED;
  if (errors.some(isArgumentProblem)) return EXIT_USAGE;
  if (errors.some((error) => !isPhotoProblem(error))) return EXIT_MACHINE;
  return errors.length > 0 ? EXIT_PHOTO : 0;
}

/** What only a stage can tell of an argument: that the head model's file is none. */
function isArgumentProblem({ code, stage }: ErrorInfo): boolean {
  return code === 'bad-request' && stage !== undefined;
}
