import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Scene } from '@babylonjs/core/scene.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { disposeScene } from '../../src-renderer/viewport/dispose-scene.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openScene(isDecoded: boolean) {
  const scene = new Scene(new NullEngine());
  const texture = RawTexture.CreateRGBATexture(new Uint8Array(4), 1, 1, scene);
  texture.getInternalTexture()!.isReady = isDecoded;
  scene.environmentBRDFTexture = texture;
  return { scene, texture: texture.getInternalTexture()! };
}

test('a scene with nothing under way ends', async () => {
  const { scene } = openScene(true);
  await disposeScene(scene, []);
  expect([scene.isDisposed, scene.getEngine().isDisposed]).toEqual([true, true]);
});

test('a table that is being decoded is waited for', async () => {
  const { scene, texture } = openScene(false);
  void disposeScene(scene, []);
  await vi.advanceTimersByTimeAsync(1000);
  expect([scene.isDisposed, scene.getEngine().isDisposed]).toEqual([false, false]);
  texture.isReady = true;
  await vi.advanceTimersByTimeAsync(100);
  expect([scene.isDisposed, scene.getEngine().isDisposed]).toEqual([true, true]);
});

test('one that never gets ready is not waited for for ever', async () => {
  const { scene } = openScene(false);
  void disposeScene(scene, []);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(scene.getEngine().isDisposed).toBe(true);
});

test('a file that is being read is waited for, and the table that it brings', async () => {
  const { scene, texture } = openScene(true);
  const file = Promise.withResolvers<void>();
  void disposeScene(scene, [file.promise]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(scene.isDisposed).toBe(false);
  texture.isReady = false;
  file.reject(new Error('aborted'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(scene.isDisposed).toBe(false);
  texture.isReady = true;
  await vi.advanceTimersByTimeAsync(100);
  expect([scene.isDisposed, scene.getEngine().isDisposed]).toEqual([true, true]);
});
