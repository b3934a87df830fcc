import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Job, Photo } from '../../src-main/contract/entities.ts';
import type { Transport } from '../../src-renderer/api/transport.ts';
import { announceDone } from '../../src-renderer/state/announce-done.ts';

const said: { title: string; body: string }[] = [];
let hidden = true;
beforeEach(() => {
  said.length = 0;
  hidden = true;
  vi.stubGlobal('document', {
    get hidden() {
      return hidden;
    },
  });
  vi.stubGlobal(
    'Notification',
    class {
      constructor(title: string, { body }: { body: string }) {
        said.push({ title, body });
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test('a head that is finished, or failed, is said once, while nobody looks and where it is wanted', () => {
  let tell: (payload: { job: Job }) => void = () => undefined;
  let wanted = true;
  const transport = {
    on: (_: string, listener: typeof tell) => {
      tell = listener;
      return () => (tell = () => undefined);
    },
  };
  const library = { photos: new Map([['f', { id: 'f', name: 'face.jpg' } as Photo]]) };
  const stop = announceDone(transport as unknown as Pick<Transport, 'on'>, library as never, () => wanted);
  const announce = (state: Job['state'], error: Job['error'] = null): void =>
    tell({ job: { id: 'j', photoId: 'f', state, error } as Job });

  for (const state of ['queued', 'running', 'cancelled', 'interrupted'] as const) announce(state);
  expect(said).toEqual([]);
  announce('done');
  announce('failed', { code: 'no-face-found', message: 'No face was found.', hint: '' });
  expect(said).toEqual([
    { title: expect.stringContaining('face.jpg') as string, body: '' },
    { title: expect.stringContaining('face.jpg') as string, body: 'No face was found.' },
  ]);
  hidden = false;
  announce('done');
  hidden = true;
  wanted = false;
  announce('done');
  wanted = true;
  stop();
  announce('done');
  expect(said).toHaveLength(2);
});
