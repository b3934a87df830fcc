import { describe, expect, it } from 'vitest';
import {
  sourceColour,
  TEXTURE_SOURCES,
  viewCode,
  viewOfCode,
} from '../../../src-main/contract/texture-sources.ts';

describe('codes of source maps', () => {
  it('views have codes and colours of their own, which no other source has', () => {
    const codes = [...TEXTURE_SOURCES.keys()].slice(0, -1);
    expect(codes.map(viewOfCode)).toEqual(codes.map(() => null));
    const views = Array.from({ length: 16 }, (_, index) => viewCode(index));
    expect(views.map(viewOfCode)).toEqual(views.map((_, index) => index));
    const colours = [...codes, ...views].map((code) => sourceColour(code).join(' '));
    expect(new Set(colours).size).toBe(colours.length);
  });
});
