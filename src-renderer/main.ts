import { mount } from 'svelte';
import App from './App.svelte';
import { connectToStudio } from './api/connect.ts';
import { Studio } from './state/studio.svelte.ts';
import './theme/tokens.css';
import './theme/base.css';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { studio: new Studio(connectToStudio(), localStorage) } });
