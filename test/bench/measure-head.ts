import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAppPaths } from '../../src-main/app/app-paths.ts';
import { createBlobStore } from '../../src-main/blobs/blob-store.ts';
import type { HeadSettings } from '../../src-main/contract/entities.ts';
import { createEngineClient } from '../../src-main/engine/engine-client.ts';
import { createNodeFork } from '../../src-main/engine/fork-engine.ts';

export type Measured = { stages: Record<string, number>; totalS: number; peakMb: number };

/** One head through a fresh engine process, as the command line host runs it: wall seconds per stage, peak memory. */
export async function measureHead(
  photo: string,
  settings: HeadSettings,
  workDirectory: string,
): Promise<Measured> {
  const paths = findAppPaths();
  const blobsDirectory = join(workDirectory, 'blobs');
  const blobs = createBlobStore(blobsDirectory);
  const blob = await blobs.put(await readFile(photo));
  const log: string[] = [];
  const options = {
    blobsDirectory,
    assetsDirectory: paths.assetsDirectory,
    modelsDirectory: paths.modelsDirectory,
    version: paths.version,
  };
  const engine = createEngineClient(
    createNodeFork(paths.engineEntry, options, (line) => void log.push(line)),
  );
  const stages: Record<string, number> = {};
  try {
    await engine.device();
    const started = performance.now();
    const { done } = engine.run(
      { jobId: 'bench', photo: blob, settings, artefacts: {}, takes: [] },
      (report) => {
        if (report.type !== 'stage-done') return;
        stages[report.stage] = (stages[report.stage] ?? 0) + report.seconds;
      },
    );
    const { peakMb } = await done;
    return { stages, totalS: (performance.now() - started) / 1000, peakMb };
  } catch (error) {
    process.stderr.write(`${log.slice(-20).join('\n')}\n`);
    throw error;
  } finally {
    await engine.close();
  }
}
