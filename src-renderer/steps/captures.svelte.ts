import { downloadBlob } from '../state/download.ts';
import type { Notices } from '../state/notices.svelte.ts';
import { themeColour } from '../theme/theme-colour.ts';
import type { HeadViewport } from '../viewport/head-viewport.ts';

/** Pictures and films of what the viewport shows, for the browser's own downloads. */
export class Captures {
  /** Share of a film that is being made; null otherwise. */
  filming: number | null = $state(null);
  #stop = new AbortController();
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  async takePicture(viewport: HeadViewport, name: string): Promise<void> {
    const picture = await this.#notices.watch(() => viewport.snapshot());
    if (picture) downloadBlob(picture, `${name}.png`);
  }

  /** One turn; a second call stops it and keeps nothing. */
  async film(viewport: HeadViewport, name: string, seconds: number): Promise<void> {
    if (this.filming !== null) return this.stop();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.filming = 0;
    const background = themeColour('--surface-viewport');
    const film = await this.#notices.watch(() =>
      viewport.record({ seconds, background, signal, onprogress: (share) => (this.filming = share) }),
    );
    this.filming = null;
    if (film) downloadBlob(film, `${name}.webm`);
  }

  stop(): void {
    this.#stop.abort();
  }
}
