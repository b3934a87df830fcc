import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/**
 * One self-contained static build for both hosts: no inline script or style, no data: URIs, relative URLs, so that it
 * runs under `default-src 'none'` from 127.0.0.1 and from Electron's own protocol alike.
 */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // Chromium of the pinned Electron and of current browsers: nothing older is ever asked to run this.
    target: 'chrome130',
    assetsInlineLimit: 0,
    // The viewport is one lazy chunk of Babylon; everything that is needed for first paint stays far below this.
    chunkSizeWarningLimit: 2500,
    modulePreload: { polyfill: false },
  },
});
