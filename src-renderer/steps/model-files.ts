import type { Head } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import type { HeadSource } from '../viewport/head-viewport.ts';

export type ModelFile = { title: string; source: HeadSource };

const SOURCE_MAP = 'textures/texel-source.png';
/** Only these are laid out by the head's own maps. */
const MAPPED = /^head(-lod\d)?\.glb$/;

/** What the turntable can show of a head, the finished one first; a result may lack any of them. */
export function modelFiles(head: Head, transport: Pick<Transport, 'blobUrl'>): ModelFile[] {
  const urlOf = (name: string): string | null => {
    const file = head.files.find((candidate) => candidate.name === name);
    return file ? transport.blobUrl(file.blob) : null;
  };
  return Object.entries(strings.models).flatMap(([name, title]) => {
    const url = urlOf(name);
    const sourceMapUrl = MAPPED.test(name) ? urlOf(SOURCE_MAP) : null;
    return url === null ? [] : [{ title, source: { url, sourceMapUrl } }];
  });
}
