import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Everything except the browser run (`playwright.config.ts`). Tests that need minutes get their own project. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'main',
          environment: 'node',
          include: ['test/{architecture,unit,contract,library,models,golden,repro}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', environment: 'node', include: ['test/renderer/**/*.test.ts'] },
      },
    ],
  },
});
