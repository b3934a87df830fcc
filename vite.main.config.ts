import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { build, defineConfig, type Plugin } from 'vite';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  dependencies: Record<string, string>;
};
const packages = Object.keys(dependencies);

/** The preload is another format (see vite.preload.config.ts), so it is another build; one command makes both. */
const preloadToo: Plugin = {
  name: 'build-preload',
  closeBundle: async () => void (await build({ configFile: 'vite.preload.config.ts', logLevel: 'warn' })),
};

/**
 * Electron's main process, the engine process and the other hosts' entries → dist/main. Packages stay outside: they
 * hold native code, and are packed as they are.
 */
export default defineConfig({
  plugins: [preloadToo],
  build: {
    outDir: 'dist/main',
    emptyOutDir: true,
    // The Node inside Electron 45 and the one that tools/local-node pins.
    target: 'node24',
    minify: false,
    sourcemap: true,
    ssr: true,
    rolldownOptions: {
      input: {
        'electron-main': 'src-main/hosts/electron/electron-main.ts',
        'engine-main': 'src-main/engine/engine-main.ts',
        'web-main': 'src-main/hosts/web/web-main.ts',
        'cli-main': 'src-main/hosts/cli/cli-main.ts',
      },
      external: (id) =>
        id === 'electron' ||
        id.startsWith('node:') ||
        builtinModules.includes(id) ||
        packages.some((name) => id === name || id.startsWith(`${name}/`)),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
