import { defineConfig } from 'vite';

/** A sandboxed preload can only be one CommonJS file that requires `electron`. */
export default defineConfig({
  build: {
    outDir: 'dist/main',
    emptyOutDir: false,
    target: 'chrome150',
    minify: false,
    lib: { entry: 'src-main/hosts/electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
});
