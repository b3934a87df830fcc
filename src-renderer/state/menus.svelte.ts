import type { ItemRef } from '../../src-main/contract/entities.ts';

/** Keys that act on what has the focus; their words stand on the sheet of shortcuts. */
export type MenuKey = 'F2' | 'Delete';
/** One line of a menu. */
export type MenuAction = {
  label: string;
  /** Does the same while the thing has the focus; written beside the label. */
  key?: MenuKey;
  run: () => void;
};
export type ShownMenu = {
  /** What it belongs to. */
  title: string;
  actions: MenuAction[];
  /** Of the window. */
  xPx: number;
  yPx: number;
};

/** What a right click, the menu key or a long press brings up: a menu, and the field for a new name. */
export class Menus {
  shown: ShownMenu | null = $state.raw(null);
  renaming: (ItemRef & { name: string }) | null = $state.raw(null);

  /**
   * Gives an element a menu, and the keys of its actions. Browsers say `contextmenu` for all three ways to ask for one.
   */
  of(title: string, actions: () => MenuAction[]): (element: HTMLElement) => () => void {
    return (element) => {
      const onmenu = (event: MouseEvent): void => {
        if (isField(event.target)) return;
        event.preventDefault();
        event.stopPropagation();
        // A menu key without a place: below the thing's own corner.
        const corner = element.getBoundingClientRect();
        const placed = event.clientX !== 0 || event.clientY !== 0;
        const [xPx, yPx] = placed ? [event.clientX, event.clientY] : [corner.left + 8, corner.top + 8];
        this.shown = { title, actions: actions(), xPx, yPx };
      };
      const onkey = (event: KeyboardEvent): void => {
        if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
        const action = actions().find(({ key }) => key === event.key);
        if (!action) return;
        event.preventDefault();
        event.stopPropagation();
        action.run();
      };
      element.addEventListener('contextmenu', onmenu);
      element.addEventListener('keydown', onkey);
      return () => {
        element.removeEventListener('contextmenu', onmenu);
        element.removeEventListener('keydown', onkey);
      };
    };
  }
}

/** There the browser's own menu and keys are wanted. */
function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type=checkbox]), textarea, select');
}
