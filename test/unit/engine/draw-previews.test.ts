import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeIO } from '@gltf-transform/core';
import { afterAll, expect, test } from 'vitest';
import { createBlobStore } from '../../../src-main/blobs/blob-store.ts';
import { createPreviews, type PreviewReport } from '../../../src-main/engine/draw-previews.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { PREVIEW_PX } from '../../../src-main/pipeline/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'gen3d-previews-'));
const blobs = createBlobStore(folder);
afterAll(() => rmSync(folder, { recursive: true }));

test('a surface is shown as a GLB of it; of several at once the newest', async () => {
  const reports: PreviewReport[] = [];
  const previews = createPreviews(blobs, (report) => reports.push(report));
  const meshes = [1, 2, 3].map((depth) => makeIcosphere(0.1, depth));
  for (const mesh of meshes) previews.showMesh(mesh);
  await previews.settled();
  const last = reports.at(-1)!;
  if (last.type !== 'surface-preview') throw new Error(`a ${last.type} was reported`);
  expect(reports.length).toBeLessThan(3);
  const document = await new NodeIO().readBinary(await blobs.get(last.model));
  const primitive = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!;
  expect(primitive.getIndices()!.getCount()).toBe(meshes[2]!.triangles.length);
  expect(primitive.getAttribute('POSITION')!.getCount()).toBe(meshes[2]!.positionsHead.length / 3);
  expect(Math.hypot(...primitive.getAttribute('NORMAL')!.getElement(0, []))).toBeCloseTo(1, 3);
});

test('views and a surface that come together are both reported', async () => {
  const reports: PreviewReport[] = [];
  const previews = createPreviews(blobs, (report) => reports.push(report));
  previews.show([{ view: 3, image: createImage(PREVIEW_PX, PREVIEW_PX) }]);
  previews.showMesh(makeIcosphere(0.1, 1));
  await previews.settled();
  expect(reports.map(({ type }) => type).sort()).toEqual(['preview', 'surface-preview']);
});
