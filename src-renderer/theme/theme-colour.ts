/** A token of `tokens.css` as canvases understand colours: resolved for the theme that is shown. */
export function themeColour(token: `--${string}`): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
