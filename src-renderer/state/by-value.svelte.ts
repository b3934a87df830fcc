/**
 * What `read` gives, as the same object for as long as its content is the same: a noun that was announced anew is another
 * object, and effects on it would run again. Plain JSON only.
 */
export function byValue<T>(read: () => T): { readonly current: T } {
  let kept: { value: T; text: string | undefined } | null = null;
  const current = $derived.by(() => {
    const value = read();
    const text = JSON.stringify(value) as string | undefined;
    if (kept === null || kept.text !== text) kept = { value, text };
    return kept.value;
  });
  return {
    get current() {
      return current;
    },
  };
}
