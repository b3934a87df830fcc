import { expect, test } from 'vitest';
import type { Head } from '../../src-main/contract/entities.ts';
import { byValue } from '../../src-renderer/state/by-value.svelte.ts';
import { modelFiles } from '../../src-renderer/steps/model-files.ts';
import { madeHead } from '../support/made-head.ts';

/** As it comes over the wire: no two heads share an object. */
const head = (change: Partial<Head> = {}): Head =>
  structuredClone(
    madeHead({
      files: [{ name: 'head.glb', mediaType: 'model/gltf-binary', blob: 'b', bytes: 1 }],
      ...change,
    }),
  );

test('a head that is starred or named anew has the same file to load; another one has another', () => {
  let shown: Head | undefined = head();
  const source = byValue(() => shown && modelFiles(shown, { blobUrl: (blob) => `/blob/${blob}` })[0]?.source);
  const first = source.current;
  expect(first?.url).toBe('/blob/b');
  for (const change of [{ starred: true }, { note: 'n', tags: ['t'] }, { name: 'Eileen' }]) {
    shown = head(change);
    expect(source.current).toBe(first);
  }
  shown = head({ files: [{ ...head().files[0]!, blob: 'c' }] });
  expect(source.current?.url).toBe('/blob/c');
  shown = undefined;
  expect(source.current).toBeUndefined();
});
