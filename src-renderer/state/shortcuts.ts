/** Keys that do something, and the words for them on the sheet. `bind` accepts no key that is not listed here. */
export const SHORTCUTS = {
  general: {
    '?': 'This sheet',
    Escape: 'Close, or cancel the running job',
    o: 'Choose a picture',
    l: 'Back to the library',
    n: 'New project',
    '/': 'Search the heads',
    'Ctrl+Z': 'Undo',
    'Ctrl+Shift+Z': 'Redo',
  },
  photo: {
    g: 'Generate a head',
    d: 'Draw another seed',
    e: 'Export',
    '1': 'Show the head',
    '2': 'Show the views',
  },
  turntable: {
    t: 'Texture',
    u: 'Texture without light',
    c: 'Clay',
    m: 'Normals',
    w: 'Wireframe on and off',
    x: 'Expression shapes',
    r: 'Turn on and off',
    f: 'Reset view',
    Arrows: 'Orbit, when the turntable has the focus',
  },
} as const;

export const SHORTCUT_GROUPS = {
  general: 'Everywhere',
  photo: 'Photo and head',
  turntable: 'Turntable',
} as const satisfies Record<keyof typeof SHORTCUTS, string>;

type Groups = typeof SHORTCUTS;
export type ShortcutKey = Exclude<{ [G in keyof Groups]: keyof Groups[G] }[keyof Groups], 'Arrows'>;
type Bindings = Partial<Record<ShortcutKey, () => void>>;

/** The newest binding of a key wins, so that a screen takes a key over while it is shown. */
export class Shortcuts {
  readonly #stack: Bindings[] = [];

  /** Returns the function that releases the keys. */
  bind(bindings: Bindings): () => void {
    this.#stack.push(bindings);
    return () => {
      this.#stack.splice(this.#stack.indexOf(bindings), 1);
    };
  }

  handle(event: KeyboardEvent): void {
    if (event.altKey || event.defaultPrevented || event.repeat) return;
    if (event.key !== 'Escape' && isTyping(event.target)) return;
    const key = nameOf(event);
    const action = this.#stack.map((bindings) => bindings[key]).findLast((found) => found);
    if (!action) return;
    event.preventDefault();
    action();
  }
}

/** Command on a Mac is Control elsewhere. Other keys with Control belong to the browser: no binding has such a name. */
function nameOf(event: KeyboardEvent): ShortcutKey {
  const control = event.ctrlKey || event.metaKey;
  const name = control ? `Ctrl+${event.shiftKey ? 'Shift+' : ''}${event.key.toUpperCase()}` : event.key;
  return name as ShortcutKey;
}

function isTyping(target: EventTarget | null): boolean {
  if (target === null || !('matches' in target)) return false;
  const element = target as Element;
  if (element.matches('textarea, select, [contenteditable]')) return true;
  return (
    element.matches('input') && !element.matches('[type=radio], [type=checkbox], [type=range], [type=button]')
  );
}
