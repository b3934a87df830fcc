import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { PointerEventTypes, PointerInfo } from '@babylonjs/core/Events/pointerEvents.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { expect, test } from 'vitest';
import { createTurntableCamera } from '../../src-renderer/viewport/turntable-camera.ts';

test('what is done while another camera looks does not turn it, then or later', () => {
  const scene = new Scene(new NullEngine());
  const turntable = createTurntableCamera(scene);
  turntable.frame({ low: new Vector3(-0.1, -0.1, -0.1), high: new Vector3(0.1, 0.1, 0.1) });
  const { camera } = turntable;
  const tell = (type: number, clientX: number): void => {
    const event = { button: 0, buttons: 1, pointerId: 1, pointerType: 'mouse', clientX, clientY: 0 };
    scene.onPointerObservable.notifyObservers(new PointerInfo(type, event as never, null), type);
  };
  /** What a drag and a key change, and what is left of it a few frames later. */
  const use = (): number[] => {
    const before = [camera.alpha, camera.radius];
    tell(PointerEventTypes.POINTERDOWN, 0);
    tell(PointerEventTypes.POINTERMOVE, 80);
    tell(PointerEventTypes.POINTERUP, 80);
    turntable.onKey({ key: '+' } as KeyboardEvent);
    for (let frame = 0; frame < 5; frame++) camera._checkInputs();
    return [camera.alpha - before[0]!, camera.radius - before[1]!].map(Math.abs);
  };
  expect(Math.min(...use())).toBeGreaterThan(0.01);
  camera.inertialAlphaOffset = 0;
  turntable.setActive(false);
  turntable.setActive(false);
  expect(use()).toEqual([0, 0]);
  turntable.setActive(true);
  for (let frame = 0; frame < 5; frame++) camera._checkInputs();
  expect(Math.min(...use())).toBeGreaterThan(0.01);
  scene.getEngine().dispose();
});
