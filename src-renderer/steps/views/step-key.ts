/** By how many views a key steps: the arrows by themselves, unless something that has the keyboard lies over the views. */
export function stepOf(
  event: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'defaultPrevented'>,
  dialogOpen: boolean,
): -1 | 0 | 1 {
  if (dialogOpen || event.defaultPrevented) return 0;
  // Alt and an arrow is the browser's way back.
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return 0;
  if (event.key === 'ArrowLeft') return -1;
  return event.key === 'ArrowRight' ? 1 : 0;
}
