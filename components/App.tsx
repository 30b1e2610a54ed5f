import { Box } from 'ink';
import { layoutOf } from '../src/cockpit/selectors/screen.ts';
import type { Cockpit, Ui } from '../src/cockpit/store/model.ts';
import { smallRow } from '../src/cockpit/views/panes.ts';
import type { PaneId } from '../src/core/layout/layout.ts';
import type { Rect } from '../src/core/layout/rect.ts';
import { TopDialog } from './dialogs/TopDialog.tsx';
import { useDerived } from './hooks/useDerived.ts';
import { useKeys } from './hooks/useKeys.ts';
import { Changes } from './panes/Changes.tsx';
import { Collisions, CollisionsStrip } from './panes/Collisions.tsx';
import { Header } from './panes/Header.tsx';
import { Hints } from './panes/Hints.tsx';
import { Inbox, InboxStrip } from './panes/Inbox.tsx';
import { Output } from './panes/Output.tsx';
import { Search } from './panes/Search.tsx';
import { Sessions } from './panes/Sessions.tsx';
import { Tiles } from './panes/Tiles.tsx';
import { Toast } from './panes/Toast.tsx';
import { Timeline, Traces } from './panes/Traces.tsx';
import { Workflows } from './panes/Workflows.tsx';
import { Rows } from './parts/Rows.tsx';

type Pane = (props: { rect: Rect }) => React.ReactNode;
const VIEWS: Record<Ui['view'], Pane> = {
  output: Output,
  changes: Changes,
  collisions: Collisions,
  search: Search,
  inbox: Inbox,
  traces: Traces,
  timeline: Timeline,
  workflows: Workflows,
};
const BESIDE: Partial<Record<PaneId, Pane>> = { sessions: Sessions, inbox: InboxStrip, collisions: CollisionsStrip };
const paneOf = (id: PaneId, view: Ui['view']): Pane => BESIDE[id] ?? VIEWS[view];
const viewOf = ({ ui }: Cockpit) => ui.view;

/** The whole screen: the layout decides where, each pane what. */
export function App() {
  useKeys();
  const { kind, size, header, hints, panes, tiles } = useDerived(layoutOf);
  const view = useDerived(viewOf);
  if (kind === 'small') {
    return (
      <Box width={size.cols} height={size.rows}>
        <Rows rect={{ x: 0, y: 0, width: size.cols, height: 1 }} rows={[smallRow(size)]} />
      </Box>
    );
  }
  return (
    <Box width={size.cols} height={size.rows}>
      {header && <Header rect={header} />}
      {panes.map(({ id, rect }) => {
        const Pane = paneOf(id, view);
        return <Pane key={id} rect={rect} />;
      })}
      {kind === 'tiles' && <Tiles rects={tiles} />}
      {hints && <Hints rect={hints} />}
      <Toast />
      <TopDialog />
    </Box>
  );
}
