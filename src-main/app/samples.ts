/** The pictures that come with the studio, `assets/samples/samples.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { StudioApi } from '../contract/api.ts';
import type { Sample } from '../contract/entities.ts';
import { notFound } from './projects.ts';

const fileName = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const samplesFile = z.array(
  z.object({
    id: fileName,
    name: z.string(),
    file: fileName,
    credit: z.string(),
    licence: z.string(),
    origin: z.string(),
  }),
);

export type Samples = {
  calls: Pick<StudioApi, 'sample.list'>;
  /** Throws `not-found`. */
  read(id: string): Promise<{ name: string; bytes: Uint8Array }>;
};

/** The path at which every host serves a sample. */
const SAMPLE_PATH = '/sample/';

export async function openSamples(assetsDirectory: string): Promise<Samples> {
  const directory = join(assetsDirectory, 'samples');
  const entries = samplesFile.parse(JSON.parse(await readFile(join(directory, 'samples.json'), 'utf8')));
  return {
    calls: {
      'sample.list': async () =>
        entries.map(({ id, name, credit, licence }): Sample => ({
          id,
          name,
          credit: `${credit} (${licence})`,
          url: SAMPLE_PATH + id,
        })),
    },
    read: async (id) => {
      const entry = entries.find((candidate) => candidate.id === id);
      if (entry === undefined) throw notFound('sample picture', id);
      return { name: entry.name, bytes: await readFile(join(directory, entry.file)) };
    },
  };
}
