import type { Agent } from '../schema/agent.ts';
import type { FileChange, Hunk, Piece } from '../schema/change.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { Comment, Decision, FileReview } from '../schema/review.ts';
import type { PatchHunk } from './patch/parse.ts';
import { headerOf, type RawPiece, type ShownHunk, splitHunks, wholeHunks } from './patch/pieces.ts';

type Review = Readonly<Record<string, FileReview>>;

/** A file's change as git gave it (git/changes). */
export interface SeenChange
  extends Pick<FileChange, 'file' | 'from' | 'kind' | 'oldMode' | 'newMode' | 'oldBlob' | 'newBlob' | 'content'> {
  editedInside: boolean;
  hunks: readonly PatchHunk[];
  pieces: readonly (RawPiece & { id: string })[];
}

/** The decisions after one more; what says nothing is left out, so that they stay as small as what is under review. */
export function reviewAfter(
  review: Review = {},
  event: Extract<AgentEvent, { type: 'decided' | 'reviewed' }>,
): Review | undefined {
  const { [event.file]: old = { pieces: {}, reviewed: null }, ...others } = review;
  const next: FileReview =
    event.type === 'reviewed'
      ? { ...old, reviewed: event.pieces }
      : {
          ...old,
          pieces: Object.fromEntries(
            Object.entries({ ...old.pieces, ...event.pieces }).filter(
              (entry): entry is [string, FileReview['pieces'][string]] => entry[1] !== null,
            ),
          ),
        };
  const isEmpty = next.reviewed === null && Object.keys(next.pieces).length === 0;
  const all = isEmpty ? others : { ...others, [event.file]: next };
  return Object.keys(all).length === 0 ? undefined : all;
}

type ReviewEvent = Extract<AgentEvent, { type: 'decided' | 'reviewed' | 'commented' | 'uncommented' }>;
const REVIEW: ReadonlySet<string> = new Set(['decided', 'reviewed', 'commented', 'uncommented']);

export const isReview = (event: AgentEvent): event is ReviewEvent => REVIEW.has(event.type);

/** What an agent's state says of its review after one more event. */
export const reviewFields = (
  { review, comments }: Pick<Agent, 'review' | 'comments'>,
  event: ReviewEvent,
): Pick<Agent, 'review' | 'comments'> =>
  event.type === 'decided' || event.type === 'reviewed'
    ? { review: reviewAfter(review, event) }
    : { comments: commentsAfter(comments, event) };

/** The comments after one more or less, in the order of files and lines. */
function commentsAfter(
  comments: readonly Comment[] = [],
  event: Extract<AgentEvent, { type: 'commented' | 'uncommented' }>,
): Comment[] | undefined {
  const gone = event.type === 'commented' ? [event.comment.id] : event.ids;
  const next = comments.filter(({ id }) => !gone.includes(id));
  if (event.type === 'commented') next.push(event.comment);
  next.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return next.length > 0 ? next : undefined;
}

/** The id under which a change without pieces is decided: another content is another question. */
export const wholeId = ({
  kind,
  newMode,
  newBlob,
  editedInside,
}: Pick<SeenChange, 'kind' | 'newMode' | 'newBlob' | 'editedInside'>) =>
  `whole.${kind}.${newMode}.${newBlob.slice(0, 10)}${editedInside ? '.edited' : ''}`;

/** Ids of everything in a change that can be decided. */
export const pieceIds = (change: SeenChange): string[] =>
  change.pieces.length > 0 ? change.pieces.map(({ id }) => id) : [wholeId(change)];

/** What stands for a piece that is there: one that was taken out and is there again has returned. */
export function decisionOf(review: FileReview | undefined, id: string): Decision {
  const kept = review?.pieces[id];
  return kept === 'removed' ? 'returned' : (kept ?? 'pending');
}

/** A change with what was decided about it. `split`: every piece is a hunk of its own, with `context` lines around it. */
export function fileChange(
  change: SeenChange,
  review: FileReview | undefined,
  { split = false, context = 3 }: { split?: boolean; context?: number } = {},
): { change: FileChange; shown: ShownHunk[] } {
  const shown = split ? splitHunks(change.hunks, context) : wholeHunks(change.hunks);
  const seen = review?.reviewed ? new Set(review.reviewed) : null;
  const judged = (id: string) => ({ decision: decisionOf(review, id), fresh: !seen?.has(id) });
  const pieces = change.pieces.map(
    ({ id, oldStart, removed, newStart, added }): Piece => ({
      ...{ id, oldStart, oldLines: removed.length, newStart, newLines: added.length },
      ...judged(id),
    }),
  );
  const whole: Piece | null =
    pieces.length > 0
      ? null
      : { ...{ id: wholeId(change), oldStart: 0, oldLines: 0, newStart: 0, newLines: 0 }, ...judged(wholeId(change)) };
  const { file, from, kind, oldMode, newMode, oldBlob, newBlob, content, editedInside } = change;
  return {
    shown,
    change: {
      ...{ file, from, kind, oldMode, newMode, oldBlob, newBlob, content, whole },
      ...(editedInside && { editedInside }),
      added: sum(pieces, 'newLines'),
      removed: sum(pieces, 'oldLines'),
      reviewed: seen !== null && pieceIds(change).every((id) => seen.has(id)),
      hunks: shown.map((hunk) => hunkOf(hunk, pieces)),
    },
  };
}

/** The same change after other decisions: what a mirror does with the events that it hears. */
export function judgedAgain(change: FileChange, review: FileReview | undefined): FileChange {
  const seen = review?.reviewed ? new Set(review.reviewed) : null;
  const again = (piece: Piece): Piece => ({
    ...piece,
    decision: decisionOf(review, piece.id),
    fresh: !seen?.has(piece.id),
  });
  const hunks = change.hunks.map((hunk) => {
    const pieces = hunk.pieces.map(again);
    return { ...hunk, pieces, state: stateOf(pieces) };
  });
  const whole = change.whole && again(change.whole);
  const all = whole ? [whole] : hunks.flatMap(({ pieces }) => pieces);
  return { ...change, hunks, whole, reviewed: seen !== null && all.every(({ fresh }) => !fresh) };
}

/** That of all pieces, or null when they differ. */
const stateOf = (pieces: readonly Piece[]): Hunk['state'] => {
  const first = pieces[0]!.decision;
  return pieces.every(({ decision }) => decision === first) ? first : null;
};

function hunkOf(shown: ShownHunk, all: readonly Piece[]): Hunk {
  const pieces = shown.pieces.map((index) => all[index]!);
  const first = pieces[0]!;
  return {
    id: first.id,
    header: headerOf({ ...shown, section: Buffer.from(shown.section, 'latin1').toString() }),
    added: sum(pieces, 'newLines'),
    removed: sum(pieces, 'oldLines'),
    state: stateOf(pieces),
    pieces,
  };
}

const sum = (pieces: readonly Piece[], side: 'oldLines' | 'newLines') =>
  pieces.reduce((total, piece) => total + piece[side], 0);
