"""What every room stands on: database and unit of work, errors, time, settings, jobs, messages, plug-ins.

A room keeps its records with `core.db` (Base, the column types, insert_new, lock_row), raises the four
errors of `core.errors`, asks for background work with `core.jobs.request_job`, and has people told on their
telephones with `core.notify`; what plug-ins bring is found with `core.plugins`. It takes the session,
the actor and the time as arguments: only `web` and `core.jobs` open a unit of work and read the clock.
"""
