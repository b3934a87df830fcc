/** Keys that do something, and the words for them on the sheet. `bind` accepts no key that is not listed here. */
export const SHORTCUTS = {
  general: {
    '?': 'This sheet',
    Escape: 'Leave a field, close, or cancel the running job',
    o: 'Choose a picture',
    l: 'Back to the library',
    n: 'New project',
    'Ctrl+,': 'Settings of the studio',
    '/': 'Search the heads',
    'Ctrl+Z': 'Undo',
    'Ctrl+Shift+Z': 'Redo',
  },
  photo: {
    g: 'Generate a head',
    d: 'Draw another seed',
    e: 'Export',
    p: 'Correct the photo',
    '[': 'Smaller brush',
    ']': 'Larger brush',
    '\\': 'Brush paints person or background',
    '1': 'Show the head',
    '2': 'Show the views',
  },
  turntable: {
    t: 'Texture',
    u: 'Texture without light',
    c: 'Clay',
    m: 'Normals',
    k: 'UV checker',
    s: 'Where the texture comes from',
    w: 'Wireframe on and off',
    x: 'Expression shapes and poses',
    i: 'Light and speed of turning',
    h: 'Parts: hair, eyes, teeth',
    v: 'Photo over the head',
    b: 'Compare with another head',
    r: 'Turn on and off',
    f: 'Reset view',
    a: 'A quarter turn: profile, back, profile, front',
    'Shift+S': 'Save a picture of the head',
    'Shift+R': 'Save a film of one turn',
    Arrows: 'Orbit, when the turntable has the focus',
  },
  focused: {
    'Shift+F10': 'Menu of a photo, project, version, view, take or job: as a right click or a long press',
    F2: 'Rename it',
    Delete: 'Move it to the trash; cancel the job',
  },
} as const;

export const SHORTCUT_GROUPS = {
  general: 'Everywhere',
  photo: 'Photo and head',
  turntable: 'Turntable',
  focused: 'What has the focus',
} as const satisfies Record<keyof typeof SHORTCUTS, string>;

type Groups = typeof SHORTCUTS;
/** Bound by screens; the others belong to what has the focus. */
export type ShortcutKey = Exclude<
  { [G in keyof Groups]: keyof Groups[G] }[keyof Groups],
  'Arrows' | keyof Groups['focused']
>;
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
    if (isTyping(event.target)) {
      // Who is typing wants to leave the field, not to cancel what runs.
      if (event.key === 'Escape') event.target.blur();
      return;
    }
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
  const shift = event.shiftKey ? 'Shift+' : '';
  if (control) return `Ctrl+${shift}${event.key.toUpperCase()}` as ShortcutKey;
  // Letters by themselves, whatever Caps Lock says; of other keys (`?`) Shift is a part.
  if (!/^[a-z]$/i.test(event.key)) return event.key as ShortcutKey;
  return (shift === '' ? event.key.toLowerCase() : `Shift+${event.key.toUpperCase()}`) as ShortcutKey;
}

function isTyping(target: EventTarget | null): target is HTMLElement {
  if (target === null || !('matches' in target)) return false;
  const element = target as Element;
  if (element.matches('textarea, select, [contenteditable]')) return true;
  return (
    element.matches('input') && !element.matches('[type=radio], [type=checkbox], [type=range], [type=button]')
  );
}
