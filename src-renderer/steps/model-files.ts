import type { Head } from '../../src-main/contract/entities.ts';
import { SOURCE_MAP_FILES } from '../../src-main/contract/texture-sources.ts';
import type { Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import type { HeadSource } from '../viewport/head-viewport.ts';

export type ModelFile = { title: string; source: HeadSource };

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
    if (url === null) return [];
    const mapUrl = (file: string): string | null => (MAPPED.test(name) ? urlOf(file) : null);
    const sourceMapUrls = { head: mapUrl(SOURCE_MAP_FILES.head), hair: mapUrl(SOURCE_MAP_FILES.hair) };
    return [{ title, source: { url, sourceMapUrls } }];
  });
}
