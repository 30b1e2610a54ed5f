import type { Plugin } from 'esbuild';

export const NARROW: string;
export const lazyWidth: Plugin;
