import { driveAcp } from './acp.ts';
import { ACP } from './acp-agents.ts';

await driveAcp('codex-acp', ACP['codex-acp']);
