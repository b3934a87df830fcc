import { defineConfig } from '@playwright/test';
import { findChromium } from './tools/find-chromium.ts';

const executablePath = findChromium();
if (executablePath === null) {
  process.stdout.write(
    'End-to-end tests are skipped: no Chromium was found (install one or set $CHROMIUM).\n',
  );
}

/** One browser, one studio, one test after the other: the machine's cores belong to the pipeline. */
export default defineConfig({
  testDir: 'test/end-to-end',
  outputDir: 'test-results',
  ...(executablePath === null ? { testIgnore: '**' } : {}),
  workers: 1,
  fullyParallel: false,
  // A whole head and every look at it took 5 minutes on two cores that five other programs worked on; a healthy run takes one.
  timeout: 1_200_000,
  // Tests wait for states, so that only a run that fails takes this long.
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    // Nothing turns or slides by itself, so that pictures can be compared.
    contextOptions: { reducedMotion: 'reduce' },
    colorScheme: 'dark',
    launchOptions: {
      executablePath: executablePath ?? '',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // WebGL without a graphics card.
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
      ],
    },
  },
});
