/**
 * The web host's entry: the studio on 127.0.0.1 from plain Node. Prints one line, `Studio: http://127.0.0.1:…/?t=…`.
 * `--port N` fixes the port (default: any free one).
 */
import { parseArgs } from 'node:util';
import { findAppPaths, findDataDirectory } from '../../app/app-paths.ts';
import { openStudio } from '../../app/studio.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import { createNodeFork } from '../../engine/fork-engine.ts';
import { openLog } from '../log-file.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { startWebServer } from './web-server.ts';

const EXIT_USAGE = 2;
const EXIT_MACHINE = 4;

await main();

async function main(): Promise<void> {
  const port = readPort();
  if (port === null) {
    process.stderr.write('usage: web-main [--port 0…65535]\n');
    process.exitCode = EXIT_USAGE;
    return;
  }
  try {
    await serve(port);
  } catch (error) {
    const { message, hint } = toErrorInfo(error);
    process.stderr.write(`${message}\n${hint}\n`);
    process.exit(EXIT_MACHINE);
  }
}

async function serve(port: number): Promise<void> {
  const paths = findAppPaths();
  const dataDirectory = findDataDirectory();
  const log = openLog(dataDirectory);
  const pipelineModule = process.env.GEN3D_PIPELINE_MODULE;
  const studio = await openStudio({
    kind: 'web',
    paths,
    dataDirectory,
    createFork: (options) =>
      createNodeFork(
        paths.engineEntry,
        pipelineModule === undefined ? options : { ...options, pipelineModule },
        log,
      ),
    log,
  });
  const server = await startWebServer({ studio, rendererDirectory: paths.rendererDirectory, port, log });
  onInterrupt(() => {
    void server
      .close()
      .then(() => studio.close())
      .then(() => process.exit(0));
  });
  process.stdout.write(`Studio: ${server.url}\n`);
}

function readPort(): number | null {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
    const port = Number(values.port);
    return Number.isInteger(port) && port >= 0 && port < 65536 ? port : null;
  } catch {
    return null;
  }
}
