/** Units as they end the names of scores (contract, Head.scores) and as they are written. */
const UNITS = [
  ['Percent', ' %', 1],
  ['Mm', ' mm', 2],
  ['Px', ' px', 1],
  ['Deg', '°', 1],
  ['Texels', '', 0],
] as const;
const PLAIN_DECIMALS = 3;

/** `wrapMeanDistanceMm`, 0.4213 → `Wrap mean distance`, `0.42 mm`; `titles` has better words for known names. */
export function describeScore(
  name: string,
  value: number,
  titles: Readonly<Record<string, string>>,
): { title: string; value: string } {
  const [ending, unit, decimals] = UNITS.find(([suffix]) => name.endsWith(suffix)) ?? [
    '',
    '',
    PLAIN_DECIMALS,
  ];
  const words = name
    .slice(0, name.length - ending.length)
    .replace(/[A-Z]+/g, (capital) => ` ${capital.toLowerCase()}`);
  return {
    title: titles[name] ?? words.charAt(0).toUpperCase() + words.slice(1),
    value: value.toFixed(decimals) + unit,
  };
}
