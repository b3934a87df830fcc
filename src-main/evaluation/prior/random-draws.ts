/** Draws from distributions by a uniform generator. */

/** Standard normal (Box and Muller). */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform in [low, high). */
export function drawBetween(random: () => number, low: number, high: number): number {
  return low + (high - low) * random();
}

/** `count` different items, in drawing order. */
export function drawSome<T>(random: () => number, items: readonly T[], count: number): T[] {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () => {
    return rest.splice(Math.floor(random() * rest.length), 1)[0]!;
  });
}
