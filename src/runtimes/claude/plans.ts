import type { PlanEntry } from '../../schema/activity.ts';

const STATUS: Readonly<Record<string, PlanEntry['status']>> = {
  pending: 'pending',
  in_progress: 'running',
  completed: 'done',
};
const statusOf = (status: unknown): PlanEntry['status'] => STATUS[String(status)] ?? 'pending';

/**
 * The plan that an agent keeps for itself: written as a whole (TodoWrite), or task by task (TaskCreate names a task by an id with its
 * result, TaskUpdate changes it) since 2.1.3xx.
 */
export class Plan {
  private readonly tasks = new Map<string, PlanEntry>();

  /** A call that has gone well: the plan as it is now, null when the call has nothing to do with it. */
  called(tool: string, input: Record<string, unknown>, output: string): PlanEntry[] | null {
    if (/^todo_?write$/i.test(tool)) return todos(input.todos);
    if (tool === 'TaskCreate') {
      const [, id] = /^Task #(\S+) /.exec(output) ?? [];
      if (id === undefined) return null;
      this.tasks.set(id, { text: String(input.subject ?? ''), status: 'pending' });
      return [...this.tasks.values()];
    }
    if (tool !== 'TaskUpdate') return null;
    const id = String(input.taskId);
    const task = this.tasks.get(id);
    if (!task) return null;
    if (input.status === 'deleted') this.tasks.delete(id);
    else {
      this.tasks.set(id, {
        text: typeof input.subject === 'string' ? input.subject : task.text,
        status: input.status === undefined ? task.status : statusOf(input.status),
      });
    }
    return [...this.tasks.values()];
  }
}

const todos = (items: unknown): PlanEntry[] | null =>
  Array.isArray(items)
    ? items.map((item: { content?: unknown; status?: unknown }) => ({
        text: String(item.content ?? ''),
        status: statusOf(item.status),
      }))
    : null;
