import type { ViewSet } from '../../src-main/contract/views.ts';
import { download } from '../state/download.ts';
import type { MenuAction } from '../state/menus.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { strings } from '../strings.ts';

const words = strings.viewsStep;

/** Of one view of a set; `show` opens it large, `select` adds it to the selection or takes it out. */
export function viewActions(
  studio: Studio,
  set: ViewSet,
  index: number,
  place: { show: () => void; select: () => void; selected: boolean },
): MenuAction[] {
  const { views } = studio;
  const { takes, takeId, locked } = set.views[index]!;
  const generated = takes[0]!.id;
  const actions: MenuAction[] = [
    { label: strings.menus.showLarge, run: place.show },
    { label: place.selected ? strings.menus.unselect : strings.menus.select, run: place.select },
  ];
  if (!locked && set.regeneration === 'available') {
    actions.push({ label: words.regenerateSelected(1), run: () => void studio.regenerate(set, [index]) });
  }
  if (!locked && takeId !== generated) {
    const back = [{ view: index, takeId: generated }];
    actions.push({ label: strings.menus.asGenerated, run: () => void views.choose(set, back) });
  }
  actions.push(
    { label: locked ? words.unlock : words.lock, run: () => void views.lock(set, [index], !locked) },
    { label: words.savePng, run: () => saveTake(studio, set, index, takeId) },
  );
  return actions;
}

/** Of one take of a view. */
export function takeActions(studio: Studio, set: ViewSet, index: number, takeId: string): MenuAction[] {
  const view = set.views[index]!;
  const actions: MenuAction[] = [];
  if (!view.locked && takeId !== view.takeId) {
    const choice = [{ view: index, takeId }];
    actions.push({ label: strings.menus.useTake, run: () => void studio.views.choose(set, choice) });
  }
  actions.push({ label: words.savePng, run: () => saveTake(studio, set, index, takeId) });
  return actions;
}

function saveTake({ transport }: Studio, set: ViewSet, index: number, takeId: string): void {
  const { takes } = set.views[index]!;
  const number = takes.findIndex(({ id }) => id === takeId);
  const name = words.pngName(index + 1, number + 1);
  download(transport.blobUrl(takes[number]!.image, name), name);
}
