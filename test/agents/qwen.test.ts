import { driveAcp } from './acp.ts';
import { ACP } from './acp-agents.ts';

await driveAcp('qwen', ACP['qwen-acp']);
