/** A head’s record for tests that need one. */
import { type Head, HEAD_SETTINGS_DEFAULTS } from '../../src-main/contract/entities.ts';

export function madeHead(change: Partial<Head> = {}): Head {
  return {
    id: 'h',
    projectId: 'p',
    photoId: 'f',
    jobId: 'j',
    name: 'Head',
    starred: false,
    note: '',
    tags: [],
    settings: HEAD_SETTINGS_DEFAULTS,
    files: [],
    scores: {},
    views: [],
    createdAt: '',
    ...change,
  };
}
