import { expect, test } from 'vitest';
import { type Route, formatRoute, parseRoute } from '../../src-renderer/state/navigation.svelte.ts';

test('every place survives a reload', () => {
  const routes: Route[] = [
    { screen: 'library', projectId: null },
    { screen: 'library', projectId: 'p 1/ä' },
    { screen: 'photo', projectId: 'p#1', photoId: 'x/y' },
    { screen: 'photo', projectId: 'p', photoId: 'x', headId: 'v/1' },
  ];
  for (const route of routes) expect(parseRoute(formatRoute(route))).toEqual(route);
});

test('an address that means nothing leads to the library', () => {
  for (const hash of ['', '#', '#/', '#/nonsense', '#/project/', '#/project/p/photo/', '#/%']) {
    expect(parseRoute(hash).screen).toBe('library');
  }
});
