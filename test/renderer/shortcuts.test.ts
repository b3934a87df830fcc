import { expect, test } from 'vitest';
import { Shortcuts } from '../../src-renderer/state/shortcuts.ts';

const press = (key: string, change: Partial<KeyboardEvent> = {}) => {
  let prevented = false;
  const event = {
    key,
    target: null,
    preventDefault: () => (prevented = true),
    ...change,
  } as unknown as KeyboardEvent;
  return { event, prevented: () => prevented };
};

test('the newest binding of a key wins and gives it back', () => {
  const shortcuts = new Shortcuts();
  const log: string[] = [];
  shortcuts.bind({ Escape: () => log.push('app'), g: () => log.push('g') });
  const release = shortcuts.bind({ Escape: () => log.push('screen') });
  shortcuts.handle(press('Escape').event);
  release();
  shortcuts.handle(press('Escape').event);
  shortcuts.handle(press('g').event);
  expect(log).toEqual(['screen', 'app', 'g']);
});

test('the browser keeps its own keys', () => {
  const shortcuts = new Shortcuts();
  shortcuts.bind({ n: () => expect.unreachable(), '1': () => expect.unreachable() });
  for (const change of [
    { ctrlKey: true },
    { metaKey: true },
    { altKey: true },
    { repeat: true },
    { defaultPrevented: true },
  ]) {
    const { event, prevented } = press('n', change);
    shortcuts.handle(event);
    expect(prevented()).toBe(false);
  }
  const { event, prevented } = press('z');
  shortcuts.handle(event);
  expect(prevented()).toBe(false);
});

test('Escape in a field leaves the field and does nothing else', () => {
  const shortcuts = new Shortcuts();
  const log: string[] = [];
  shortcuts.bind({ Escape: () => log.push('cancel'), g: () => log.push('g') });
  const element = (name: string) =>
    ({
      matches: (selector: string) => selector.split(', ').includes(name),
      blur: () => log.push(`left ${name}`),
    }) as unknown as EventTarget;
  for (const key of ['g', 'Escape']) shortcuts.handle(press(key, { target: element('textarea') }).event);
  expect(log).toEqual(['left textarea']);
  shortcuts.handle(press('Escape', { target: element('canvas') }).event);
  expect(log).toEqual(['left textarea', 'cancel']);
});

test('undo and redo are told apart by Shift, on a Mac too', () => {
  const shortcuts = new Shortcuts();
  const log: string[] = [];
  shortcuts.bind({ 'Ctrl+Z': () => log.push('undo'), 'Ctrl+Shift+Z': () => log.push('redo') });
  shortcuts.handle(press('z', { ctrlKey: true }).event);
  shortcuts.handle(press('Z', { ctrlKey: true, shiftKey: true }).event);
  shortcuts.handle(press('z', { metaKey: true }).event);
  shortcuts.handle(press('z').event);
  expect(log).toEqual(['undo', 'redo', 'undo']);
});
