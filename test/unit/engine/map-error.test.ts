import { expect, test } from 'vitest';
import { StudioError } from '../../../src-main/contract/errors.ts';
import { mapError } from '../../../src-main/engine/map-error.ts';

const quiet = new AbortController().signal;

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['typed array', () => new Float32Array(2 ** 53 - 1)],
  ['array', () => new Array(-1)],
  ['buffer', () => new ArrayBuffer(2 ** 53 - 1)],
])('what V8 really throws for too large a %s is out-of-memory', (_, allocate) => {
  expect(mapError(thrownBy(allocate), '05-surface', quiet)).toMatchObject({
    code: 'out-of-memory',
    stage: '05-surface',
  });
});

test('what onnxruntime throws when it cannot allocate is out-of-memory', () => {
  for (const text of [
    'Non-zero status code returned while running Conv node. bad_alloc: std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 1073741824',
  ]) {
    expect(mapError(new Error(text), undefined, quiet).code).toBe('out-of-memory');
  }
});

test('a full disk names the place', () => {
  const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/data/blobs/x' });
  const info = mapError(error, '04-views', quiet);
  expect(info).toMatchObject({ code: 'disk-full', stage: '04-views' });
  expect(info.message).toContain('/data/blobs/x');
});

test('after a cancel everything is its consequence', () => {
  const controller = new AbortController();
  controller.abort();
  expect(mapError(new Error('half stopped'), '04-views', controller.signal).code).toBe('cancelled');
});

test('a StudioError keeps its own stage; any other thing is internal', () => {
  const error = new StudioError({ code: 'no-face-found', message: 'm', hint: 'h', stage: '02-analyse' });
  expect(mapError(error, '03-prior', quiet)).toEqual({
    code: 'no-face-found',
    message: 'm',
    hint: 'h',
    stage: '02-analyse',
  });
  expect(mapError('a string', '03-prior', quiet)).toMatchObject({ code: 'internal', message: 'a string' });
  expect(mapError(new RangeError('precision must be 1 to 21'), undefined, quiet).code).toBe('internal');
});
