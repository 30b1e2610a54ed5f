// The prebuilt package is installed under the name node-pty but declares its types under its own; tsconfig maps here.
/// <reference path="../../node_modules/node-pty/node-pty.d.ts" />
export * from '@lydell/node-pty';
