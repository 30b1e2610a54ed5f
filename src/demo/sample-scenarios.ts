import type { Step } from '../schema/scenario.ts';

const think = (ms: number): Step => ({ step: 'think', ms });
const say = (text: string): Step => ({ step: 'say', text });
const run = (command: string): Step => ({ step: 'run', command });

const NET = '  const net = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);\n';
const RETURN = '  return net + net * TAX;\n';

/** Three pieces of work that overlap: the first two change the same lines of src/pricing.js. */
export const TASKS: { name: string; prompt: string; steps: Step[] }[] = [
  {
    name: 'discount',
    prompt: 'Give orders of ten or more of one product a discount of 5 %',
    steps: [
      think(2500),
      say('The price is made in src/pricing.js. I take the discount off each line.'),
      {
        step: 'edit',
        file: 'src/pricing.js',
        replace: {
          find: NET,
          with: '  const off = (line) => (line.quantity >= 10 ? 0.95 : 1);\n  const net = lines.reduce((sum, line) => sum + line.quantity * line.cents * off(line), 0);\n',
        },
      },
      think(2000),
      {
        step: 'edit',
        file: 'test/pricing.test.js',
        append:
          "\ntest('ten of a kind are cheaper', () => {\n  assert.equal(Math.round(total([{ id: 'tea', quantity: 10, cents: 400 }])), 4180);\n});\n",
      },
      run('node --test --test-reporter=dot'),
      say('Orders of ten or more of one product cost 5 % less now, with a test.'),
    ],
  },
  {
    name: 'rounding',
    prompt: 'Prices must be whole cents; then move the orders',
    steps: [
      think(3500),
      say('The tax makes fractions of cents. I round once, at the end.'),
      {
        step: 'edit',
        file: 'src/pricing.js',
        replace: { find: NET + RETURN, with: `${NET}  return Math.round(net * (1 + TAX));\n` },
      },
      run('node scripts/migrate.js --dry-run'),
      {
        step: 'ask',
        question: 'Run node scripts/migrate.js?',
        yes: [run('node scripts/migrate.js'), say('Rounded, and the orders are moved.')],
        no: [say('Rounded. The orders stay where they are.')],
      },
    ],
  },
  {
    name: 'docs',
    prompt: 'Document how a cart is priced',
    steps: [
      think(1500),
      {
        step: 'edit',
        file: 'docs/api.md',
        append: '\n## Prices\n\nIn cents, with 10 % tax. `total(lines)` of `src/pricing.js` adds them up.\n',
      },
      say('docs/api.md describes the price now.'),
      { step: 'wait', for: 'Shall I describe the cart too? Say what you think.' },
      think(1500),
      { step: 'edit', file: 'docs/api.md', append: '\n## Cart\n\n`createCart()` keeps quantities by product.\n' },
      say('Done: the cart is described as well.'),
    ],
  },
];
