import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

export default ts.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'release/',
      'out/',
      '.cache/',
      'models/training/',
      'test-results/',
      'playwright-report/',
    ],
  },
  ...ts.configs.recommended,
  ...svelte.configs['flat/recommended'],
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a const list and a union type.' },
      ],
      'max-lines': ['error', { max: 300 }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src-main/**/*.ts', 'tools/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.main.json' } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['src-main/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Float16Array', message: 'Node 22 has none: tensor/halves.ts.' },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', { max: 400 }] } },
  {
    files: ['src-main/{tensor,image,mesh,camera,render,pipeline}/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Draw from StageContext.random: same seed, same head.',
        },
        { object: 'Date', property: 'now', message: 'Kernels and pipeline have no clock.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'max-lines': ['error', { max: 200 }],
      // The Svelte compiler's own check (svelte-check) knows which comments are used; this rule does not run it.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
);
