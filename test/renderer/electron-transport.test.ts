import { expect, test } from 'vitest';
import type { StudioBridge } from '../../src-main/contract/wire.ts';
import { createElectronTransport } from '../../src-renderer/api/electron-transport.ts';

function bridge(reply: Awaited<ReturnType<StudioBridge['call']>>): StudioBridge & { uploaded: number[] } {
  const uploaded: number[] = [];
  return {
    uploaded,
    call: async () => reply,
    on: (_event, listener) => {
      listener({ project: { name: 'one' } });
      return () => {};
    },
    upload: async (bytes) => {
      uploaded.push(...bytes);
      return { blob: 'b' };
    },
    pathOf: (file) => ((file as File).name === 'pasted' ? '' : `/home/me/${(file as File).name}`),
  };
}

test('results, errors with their hint, events and uploads cross the bridge', async () => {
  const good = bridge({ result: [] });
  const transport = createElectronTransport(good);
  expect(await transport.call('project.list', {})).toEqual([]);
  const names: string[] = [];
  transport.on('project.changed', ({ project }) => names.push(project.name));
  expect(names).toEqual(['one']);
  expect(await transport.upload(new Blob([new Uint8Array([1, 2, 255])]))).toBe('b');
  expect(good.uploaded).toEqual([1, 2, 255]);
  const info = { code: 'disk-full', message: 'The disk is full.', hint: 'Make room.' } as const;
  await expect(
    createElectronTransport(bridge({ error: info })).call('project.list', {}),
  ).rejects.toMatchObject({ info });
});

test('a file that lies on the disk is handed over by its path and never read; another one is uploaded', async () => {
  const good = bridge({ result: [] });
  const transport = createElectronTransport(good);
  const large = new File([], 'heads.gen3d');
  large.arrayBuffer = () => Promise.reject(new Error('read whole'));
  expect(await transport.handOver(large)).toEqual({ path: '/home/me/heads.gen3d' });
  expect(good.uploaded).toEqual([]);
  expect(await transport.handOver(new File([new Uint8Array([7])], 'pasted'))).toEqual({ blob: 'b' });
  expect(good.uploaded).toEqual([7]);
});
