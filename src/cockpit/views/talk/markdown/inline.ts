import type { Token, Tokens } from 'marked';
import type { Tone } from '../../../theme/tones.ts';
import type { Row, Span } from '../../span.ts';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!).replaceAll('\n', ' ');

/** What stands within a paragraph, as spans; a line feed in them is a break that was asked for. */
export function inline(tokens: readonly Token[], tone?: Tone): Span[] {
  return tokens.flatMap((token) => spansOf(token, tone));
}

function spansOf(token: Token, tone: Tone | undefined): Row {
  const look = tone && { tone };
  switch (token.type) {
    case 'strong':
      return inline(token.tokens ?? [], tone ?? 'strong');
    case 'em':
      return inline(token.tokens ?? [], tone ?? 'emphasis');
    case 'del':
      return [{ text: '~', tone: 'dim' }, ...inline(token.tokens ?? [], 'dim'), { text: '~', tone: 'dim' }];
    case 'codespan':
      return [{ text: (token as Tokens.Codespan).text.replaceAll('\n', ' '), tone: 'code' }];
    case 'br':
      return [{ text: '\n' }];
    case 'link':
      return link(token as Tokens.Link);
    case 'image': {
      const { text, href } = token as Tokens.Image;
      return [
        { text: `[image: ${plain(text)}]`, tone: 'link' },
        { text: ` (${href})`, tone: 'dim' },
      ];
    }
    case 'text':
    case 'escape': {
      const inner = (token as Tokens.Text).tokens;
      return inner ? inline(inner, tone) : [{ text: plain(token.text), ...look }];
    }
    case 'checkbox':
      return [{ text: (token as { checked?: boolean }).checked ? '☑ ' : '☐ ', tone: 'accent' }];
    default:
      // What is not known, HTML above all, is shown as it was written.
      return [{ text: token.raw.replaceAll('\n', ' '), ...look }];
  }
}

/** Text, and where it leads: a text that says something else than its target is seen through. */
function link({ href, tokens, text }: Tokens.Link): Row {
  const shown = inline(tokens, 'link');
  const bare = href.replace(/^mailto:/, '');
  return text === bare || text === href ? shown : [...shown, { text: ` (${href})`, tone: 'dim' }];
}
