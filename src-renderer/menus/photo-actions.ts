import type { Photo } from '../../src-main/contract/entities.ts';
import type { MenuAction } from '../state/menus.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { strings } from '../strings.ts';

export function photoActions(studio: Studio, { id, projectId, name }: Photo): MenuAction[] {
  const { edits, menus, navigation } = studio;
  return [
    { label: strings.menus.open, run: () => navigation.go({ screen: 'photo', projectId, photoId: id }) },
    { label: strings.generate, run: () => void studio.startJob(id) },
    { label: strings.menus.rename, key: 'F2', run: () => (menus.renaming = { kind: 'photo', id, name }) },
    { label: strings.menus.trash, key: 'Delete', run: () => void edits.trash({ kind: 'photo', id }, name) },
  ];
}
