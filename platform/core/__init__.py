"""What every room stands on: database and unit of work, errors, time, settings, jobs, messages.

A room keeps its records with `core.db` (Base, the column types, insert_new, lock_row), raises the four
errors of `core.errors`, and asks for background work with `core.jobs.request_job`. It takes the session,
the actor and the time as arguments: only `web` and `core.jobs` open a unit of work and read the clock.
"""
