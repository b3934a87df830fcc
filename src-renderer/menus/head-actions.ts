import type { Head } from '../../src-main/contract/entities.ts';
import type { MenuAction } from '../state/menus.svelte.ts';
import { formSettings } from '../state/preferences.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { strings } from '../strings.ts';

/** `shown`: the version on screen, if any. */
export function headActions(studio: Studio, head: Head, shown?: Head): MenuAction[] {
  const { edits, library, menus, navigation, preferences, turntable } = studio;
  const { id, projectId, photoId, name, starred } = head;
  const show = (): void => navigation.go({ screen: 'photo', projectId, photoId, headId: id });
  const actions: MenuAction[] = [{ label: strings.menus.open, run: show }];
  if (shown && shown.id !== id) {
    const compare = (): void => {
      turntable.open('compare');
      turntable.comparedId = id;
    };
    actions.push({ label: strings.menus.compare, run: compare });
  }
  if (library.photos.get(photoId)?.currentHeadId !== id) {
    actions.push({ label: strings.chooseVersion, run: () => void edits.chooseVersion(head) });
  }
  const useSettings = (): void => {
    preferences.settings = formSettings(head.settings);
    preferences.seedLocked = true;
  };
  const exportHead = (): void => {
    show();
    studio.dialog = 'export';
  };
  actions.push(
    {
      label: starred ? strings.menus.unstar : strings.menus.star,
      run: () => void edits.editHead(head, { starred: !starred }),
    },
    { label: strings.useSettings, run: useSettings },
    { label: `${strings.export}…`, run: exportHead },
    { label: strings.menus.rename, key: 'F2', run: () => (menus.renaming = { kind: 'head', id, name }) },
    { label: strings.menus.trash, key: 'Delete', run: () => void edits.trash({ kind: 'head', id }, name) },
  );
  return actions;
}
