// The two ways to ask the server. What it will not take is told by `Refused`; any other fault may pass by itself.

export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly problem: { readonly [key: string]: unknown },
  ) {
    super(message);
  }
}

const token = (): string => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

export async function read<T>(url: string): Promise<T> {
  return answered(await fetch(url, { headers: { Accept: "application/json" } }));
}

export async function post<T>(url: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() };
  return answered(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answered<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
  throw new Refused(problem.detail ?? problem.title ?? "", response.status, problem);
}
