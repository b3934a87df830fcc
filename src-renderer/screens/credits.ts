/** What the studio is built with, as far as it runs on the user's machine. Full texts: the licence files of the package. */
export const CREDITS: readonly { name: string; licence: string; what: string }[] = [
  { name: 'MediaPipe models', licence: 'Apache-2.0', what: 'Face detection, 478 landmarks, portrait mask.' },
  { name: 'dlib face re-identification', licence: 'public domain (CC0)', what: 'Likeness score.' },
  { name: 'MobileFaceNet embedding', licence: 'MIT', what: 'Likeness score.' },
  { name: 'MakeHuman assets', licence: 'CC0', what: 'Shapes and skins behind the head model.' },
  { name: 'ICT-FaceKit', licence: 'MIT', what: 'Identity and expression shapes behind the head model.' },
  { name: 'ONNX Runtime', licence: 'MIT', what: 'Runs the models.' },
  { name: 'Babylon.js', licence: 'Apache-2.0', what: 'Turntable.' },
  { name: 'Svelte', licence: 'MIT', what: 'Interface.' },
  { name: 'sharp and libvips', licence: 'Apache-2.0, LGPL-3.0', what: 'Picture files.' },
  { name: 'SQLite and better-sqlite3', licence: 'public domain, MIT', what: 'Library.' },
  { name: 'Electron', licence: 'MIT', what: 'Desktop window.' },
];
