/** What crosses a process border must survive JSON and structured clone unchanged. */
import { expect, test } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../src-main/contract/entities.ts';
import { cancelled, ERROR_CODES, StudioError, toErrorInfo } from '../../src-main/contract/errors.ts';
import { STAGE_TITLES, STAGES } from '../../src-main/contract/stages.ts';
import { completeSettings } from '../../src-main/app/check-args.ts';

test('an error keeps its code, message, hint and stage as data', () => {
  for (const code of ERROR_CODES) {
    const error = new StudioError({ code, message: 'm', hint: 'h', stage: '04-views' });
    const info = toErrorInfo(error);
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
    expect(structuredClone(info)).toEqual({ code, message: 'm', hint: 'h', stage: '04-views' });
    expect(new StudioError(info).toInfo()).toEqual(info);
  }
});

test('an error without a stage has no such key, and anything thrown becomes one', () => {
  expect(Object.keys(cancelled().toInfo()).sort()).toEqual(['code', 'hint', 'message']);
  for (const thrown of [new TypeError('x'), 'x', { toString: () => 'x' }, null, undefined, 7]) {
    expect(toErrorInfo(thrown)).toMatchObject({ code: 'internal', hint: expect.stringMatching(/.{10}/) });
  }
});

test('the default settings are within the ranges that calls accept', () => {
  expect(completeSettings({})).toEqual(HEAD_SETTINGS_DEFAULTS);
});

test('every stage has a title of its own', () => {
  expect(Object.keys(STAGE_TITLES)).toEqual([...STAGES]);
  expect(new Set(Object.values(STAGE_TITLES)).size).toBe(STAGES.length);
});
