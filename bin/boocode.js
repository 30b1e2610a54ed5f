#!/usr/bin/env node
// Kept in old syntax on purpose: an old Node must get as far as the sentence below.
var major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  process.stderr.write(
    'boocode: it needs Node 22 or newer, and this is Node ' +
      process.versions.node +
      '; install a newer Node (https://nodejs.org), or run it in its checkout with npm start, which brings its own.\n',
  );
  process.exitCode = 2;
} else {
  import('../dist/main.js').catch(function (error) {
    process.stderr.write('boocode: it could not be loaded (' + error.message + '); in a checkout run npm run build.\n');
    process.exitCode = 1;
  });
}
