import { driveAcp } from './acp.ts';
import { ACP } from './acp-agents.ts';

await driveAcp('claude-agent-acp', ACP['claude-acp']);
