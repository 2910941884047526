"""`bieumau job`: background work."""

import click

from web.commands import application, json_option, lang, print_json, work


@click.group()
def command() -> None:
    """Công việc chạy nền."""


@command.command("list")
@json_option
def list_jobs(as_json: bool) -> None:
    """Liệt kê công việc, mới nhất trước."""
    from core.jobs import recent_jobs
    from core.messages import sentence

    with work(write=False) as session:
        jobs = recent_jobs(session)
    if as_json:
        print_json(jobs)
        return
    for job in jobs:
        error = sentence(job["error"]["code"], job["error"]["facts"], lang()) if job["error"] else ""
        state = sentence(f"job.state.{job['state']}", {}, lang())
        click.echo(f"{job['id']:>6}  {job['function']:<24} {state:<12} {job['done']}/{job['total']}  {error}")


@command.command()
def run() -> None:
    """Chạy ngay mọi công việc đang chờ, không cần worker."""
    from core.jobs import run_pending_in_process

    with application().app_context():
        run_pending_in_process()
