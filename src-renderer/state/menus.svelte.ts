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

/** From the thing's own corner, where no pointer says where. */
const CORNER_PX = 8;

/** What a right click, the menu key or a long press brings up: a menu, and the field for a new name. */
export class Menus {
  shown: ShownMenu | null = $state.raw(null);
  renaming: (ItemRef & { name: string }) | null = $state.raw(null);

  /** A browser reports a closed dialog late; by then another menu may be open. */
  close(menu: ShownMenu): void {
    if (this.shown === menu) this.shown = null;
  }

  /**
   * Gives an element a menu, and the keys of its actions. Browsers say `contextmenu` for a right click and a long press; for keys
   * they say it late, when the next key may be pressed already, so keys are taken by themselves.
   */
  of(title: string, actions: () => MenuAction[]): (element: HTMLElement) => () => void {
    return (element) => {
      const show = (event: Event, xPx: number, yPx: number): void => {
        event.preventDefault();
        event.stopPropagation();
        this.shown = { title, actions: actions(), xPx, yPx };
      };
      const onmenu = (event: MouseEvent): void => {
        if (!isField(event.target)) show(event, event.clientX, event.clientY);
      };
      const onkey = (event: KeyboardEvent): void => {
        if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
          const { left, top } = element.getBoundingClientRect();
          return show(event, left + CORNER_PX, top + CORNER_PX);
        }
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
