import { driveAcp } from './acp.ts';
import { ACP } from './acp-agents.ts';

await driveAcp('gemini', ACP['gemini-acp']);
