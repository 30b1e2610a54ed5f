import { render } from 'ink';
import type { OpenCockpit } from '../src/cockpit/control/cockpit.ts';
import { FrameSink } from '../src/cockpit/control/frame-sink.ts';
import { App } from './App.tsx';
import { BridgeProvider } from './hooks/useBridge.ts';

/** Draws a cockpit: Ink's finished frames go to the compositor as rows. `onRender` counts them. Returns the undo. */
export function draw({ bridge, compositor }: OpenCockpit, onRender?: () => void): () => void {
  let open = true;
  const sink = new FrameSink(bridge.terminal.size, (rows) => {
    if (open) compositor.setChrome(rows);
  });
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
  return () => {
    open = false;
    ink.unmount();
    undoResize();
  };
}
