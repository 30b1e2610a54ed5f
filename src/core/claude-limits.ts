import type { RateLimit } from '../schema/usage.ts';

/** What Claude Code tells of its account's limits: in its stream, and over ACP beside a usage update. */
export interface RateLimitInfo {
  status?: string | null | undefined;
  /** Seconds since the epoch. */
  resetsAt?: number | null | undefined;
  rateLimitType?: string | null | undefined;
  /** 0 to 1. */
  utilization?: number | null | undefined;
  unifiedWindows?:
    | Record<string, Pick<RateLimitInfo, 'status' | 'resetsAt' | 'utilization'> | null | undefined>
    | null
    | undefined;
}

const STATUS: Readonly<Record<string, RateLimit['status']>> = {
  allowed: 'ok',
  allowed_warning: 'warning',
  rejected: 'exceeded',
};

const limitOf = (scope: string, { status, utilization, resetsAt }: RateLimitInfo, at: number): RateLimit => ({
  scope,
  status: STATUS[status ?? ''] ?? 'ok',
  usedPercent: typeof utilization === 'number' ? utilization * 100 : null,
  resetsAt: typeof resetsAt === 'number' ? resetsAt * 1000 : null,
  observedAt: at,
});

/** The limits that it tells: that which decided, and the other windows beside it. */
export function claudeLimits(info: RateLimitInfo, at: number): RateLimit[] {
  const windows = info.unifiedWindows ?? {};
  const scope = typeof info.rateLimitType === 'string' ? info.rateLimitType : undefined;
  const others = Object.entries(windows).filter(([name]) => name !== scope);
  const inWindow = scope === undefined ? undefined : windows[scope];
  return [
    ...(scope === undefined ? [] : [limitOf(scope, { ...inWindow, ...info }, at)]),
    ...others.map(([name, window]) => limitOf(name, window ?? {}, at)),
  ];
}
