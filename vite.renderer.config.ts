import { svelte } from '@sveltejs/vite-plugin-svelte';
import { type Plugin, defineConfig } from 'vite';

/**
 * Babylon loads on demand, in part from its makers' servers: decoders of texture formats that our files never hold,
 * shaders for WebGPU, which the turntable does not use, and a second material system. The product talks to nobody and
 * carries no dead weight, so they stay out of the build; asking for one fails like any missing module would.
 */
const LEFT_OUT = [
  /@babylonjs\/core\/ShadersWGSL\//,
  /@babylonjs\/core\/Shaders\/openpbr/,
  /@babylonjs\/core\/Materials\/Textures\/Loaders\/(basis|dds|exr|hdr|ies|ktx|tga)TextureLoader/,
  /@babylonjs\/core\/Materials\/PBR\/openpbrMaterial/,
  /@babylonjs\/loaders\/glTF\/2\.0\/openpbrMaterialLoadingAdapter/,
];

function leaveOutUnusedBabylon(): Plugin {
  return {
    name: 'leave-out-unused-babylon',
    enforce: 'pre',
    load(id) {
      return LEFT_OUT.some((pattern) => pattern.test(id.replaceAll('\\', '/'))) ? 'export {};' : null;
    },
  };
}

/**
 * One self-contained static build for both hosts: no inline script or style, no data: URIs, relative URLs, so that it
 * runs under `default-src 'none'` from 127.0.0.1 and from Electron's own protocol alike.
 */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [svelte(), leaveOutUnusedBabylon()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // Chromium of the pinned Electron and of current browsers: nothing older is ever asked to run this.
    target: 'chrome130',
    assetsInlineLimit: 0,
    // Babylon, in one lazy chunk that arrives with the first head; first paint needs 120 kB.
    chunkSizeWarningLimit: 2500,
    modulePreload: { polyfill: false },
  },
});
