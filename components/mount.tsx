import { render } from 'ink';
import type { Exit } from '../src/cockpit/control/bridge.ts';
import { type CockpitOptions, openCockpit } from '../src/cockpit/control/cockpit.ts';
import { FrameSink } from '../src/cockpit/control/frame-sink.ts';
import { createTerminals } from '../src/cockpit/terminals/terminals.ts';
import type { Terminals } from '../src/cockpit/types.ts';
import { App } from './App.tsx';
import { BridgeProvider } from './hooks/useBridge.ts';

export interface MountOptions extends Omit<CockpitOptions, 'terminals'> {
  /** Agents' screens; default: straight from their hosts. */
  terminals?: Terminals;
  /** Called after each render of Ink: what tests and the bench count. */
  onRender?: () => void;
}

/** Opens the cockpit on a terminal. Resolves with how it was left; rejects when no daemon can be reached or started. */
export async function mountCockpit({
  onRender,
  terminals = createTerminals(),
  ...options
}: MountOptions): Promise<Exit> {
  const cockpit = openCockpit({ ...options, terminals });
  const { bridge, compositor } = cockpit;
  let open = true;
  const sink = new FrameSink(bridge.terminal.size, (rows) => open && compositor.setChrome(rows));
  const undoResize = bridge.terminal.onResize((size) => {
    sink.columns = size.cols;
    sink.rows = size.rows;
  });
  const ink = render(
    <BridgeProvider value={bridge}>
      <App />
    </BridgeProvider>,
    {
      stdout: sink as unknown as NodeJS.WriteStream,
      // Keys come from the terminal, which reads the real stdin; Ink never reads.
      stdin: sink as unknown as NodeJS.ReadStream,
      debug: true,
      interactive: false,
      exitOnCtrlC: false,
      patchConsole: false,
      onRender: () => onRender?.(),
    },
  );
  try {
    await Promise.race([cockpit.connect(), cockpit.exit]);
    return await cockpit.exit;
  } finally {
    open = false;
    ink.unmount();
    undoResize();
    cockpit.close();
  }
}
