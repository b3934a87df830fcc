import type { Project } from '../../src-main/contract/entities.ts';
import type { MenuAction } from '../state/menus.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { strings } from '../strings.ts';

export function projectActions(studio: Studio, project: Project): MenuAction[] {
  const { edits, menus, navigation } = studio;
  const { id, name } = project;
  return [
    { label: strings.menus.open, run: () => navigation.go({ screen: 'library', projectId: id }) },
    { label: strings.menus.exportProject, run: () => void studio.exportProject(project) },
    { label: strings.menus.rename, key: 'F2', run: () => (menus.renaming = { kind: 'project', id, name }) },
    { label: strings.menus.trash, key: 'Delete', run: () => void edits.trash({ kind: 'project', id }, name) },
  ];
}
