import { HEAD_LOOK_DEFAULTS, type HeadLook } from '../viewport/head-look.ts';

/** What is open beside the head. */
export type TurntablePanel = 'expression' | 'light' | 'parts' | 'photo' | 'compare';

/** How heads are looked at. Belongs to the window and not to a head, so that versions are seen in the same way. */
export class Turntable {
  // Motion that nobody asked for stays off for those who turned it off in their system.
  look: HeadLook = $state.raw({ ...HEAD_LOOK_DEFAULTS, turning: wantsMotion() });
  panel: TurntablePanel | null = $state(null);
  /** Of the photo that lies over the head, [0, 1]. */
  photoOpacity = $state(0.5);
  /** The head at the right of the wipe. */
  comparedId: string | null = $state(null);

  change(part: Partial<HeadLook>): void {
    this.look = { ...this.look, ...part };
  }

  toggle(panel: TurntablePanel): void {
    this.open(this.panel === panel ? null : panel);
  }

  /** The photo lies over the head, and the other head beside it, while their panel is open. */
  open(panel: TurntablePanel | null): void {
    this.panel = panel;
    if (panel !== 'compare') this.comparedId = null;
    this.change({ throughPhoto: panel === 'photo' });
  }

  toggleHidden(part: string): void {
    const { hidden } = this.look;
    this.change({
      hidden: hidden.includes(part) ? hidden.filter((name) => name !== part) : [...hidden, part],
    });
  }
}

function wantsMotion(): boolean {
  return typeof matchMedia === 'function' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
