/** What the sample repository is made of: commits from the oldest on, each with the files that it writes. */
export const COMMITS: { message: string; daysAgo: number; files: Record<string, string> }[] = [
  {
    message: 'Start a small shop API',
    daysAgo: 21,
    files: {
      'README.md':
        '# shop-api\n\nA small shop, without dependencies. A sample that `boocode demo` made.\n\n    npm test\n',
      'package.json':
        '{\n  "name": "shop-api",\n  "version": "0.1.0",\n  "private": true,\n  "type": "module",\n  "scripts": { "test": "node --test", "start": "node src/server.js" }\n}\n',
      '.gitignore': 'node_modules\n*.log\n',
      '.editorconfig': 'root = true\n\n[*]\nindent_style = space\nindent_size = 2\n',
      'src/products.js': `export const products = new Map([
  ['tea', { name: 'Green tea', cents: 490 }],
  ['mug', { name: 'Mug', cents: 1250 }],
  ['pot', { name: 'Teapot', cents: 3900 }],
]);
`,
      'src/cart.js': `import { products } from "./products.js";

export function createCart() {
  const lines = new Map();
  return {
    // TODO: refuse quantities below one
    add(id, quantity = 1) {
      if (!products.has(id)) throw new Error(\`no product \${id}\`);
      lines.set(id, (lines.get(id) ?? 0) + quantity);
    },
    lines: () => [...lines].map(([id, quantity]) => ({ id, quantity, cents: products.get(id).cents })),
  };
}
`,
      'test/cart.test.js': `import assert from "node:assert/strict";
import test from "node:test";
import { createCart } from "../src/cart.js";

test('adds up quantities', () => {
  const cart = createCart();
  cart.add('tea');
  cart.add('tea', 2);
  assert.deepEqual(cart.lines(), [{ id: 'tea', quantity: 3, cents: 490 }]);
});
`,
    },
  },
  {
    message: 'Price a cart',
    daysAgo: 14,
    files: {
      'src/pricing.js': `import { TAX } from "./config.js";

/** The price of cart lines in cents, tax included. */
export function total(lines) {
  const net = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  return net + net * TAX;
}
`,
      'src/config.js': 'export const TAX = 0.1;\nexport const PORT = 8080;\n',
      'test/pricing.test.js': `import assert from "node:assert/strict";
import test from "node:test";
import { total } from "../src/pricing.js";

test('adds the tax', () => {
  assert.equal(total([{ id: 'pot', quantity: 1, cents: 3900 }]), 4290);
});
`,
    },
  },
  {
    message: 'Serve it',
    daysAgo: 6,
    files: {
      'src/server.js': `import { createServer } from "node:http";
import { PORT } from "./config.js";
import { json } from "./respond.js";
import { products } from "./products.js";

createServer((request, response) => {
  if (request.url === '/products') return json(response, 200, [...products.values()]);
  return json(response, 404, { error: 'not found' });
}).listen(PORT);
`,
      'src/respond.js': `export function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
`,
      'src/money.js': "export const euros = (cents) => (cents / 100).toFixed(2) + ' €';\n",
      'test/money.test.js': `import assert from "node:assert/strict";
import test from "node:test";
import { euros } from "../src/money.js";

test('writes two places', () => {
  assert.equal(euros(490), '4.90 €');
});
`,
      'docs/api.md': '# API\n\n- `GET /products`: what the shop sells\n',
    },
  },
  {
    message: 'Describe how orders are moved to the new table',
    daysAgo: 1,
    files: {
      'docs/migration.md': '# Migration\n\n    node scripts/migrate.js --dry-run\n',
      'scripts/migrate.js': `const dry = process.argv.includes('--dry-run');
for (const table of ['orders', 'order_lines']) console.log(\`\${dry ? 'would move' : 'moved'} \${table}\`);
`,
    },
  },
];
