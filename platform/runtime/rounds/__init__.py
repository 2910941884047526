"""Rounds: whom an agency may ask, opening by hand and by schedule, sharing rows out, reminding, closing.

`opening` gives each agency of a scope (`scopes`) its report; `schedules` have rounds opened by themselves as
`planning` says, `events` ask for bulletins; `terms`, `locks` and `outages` move the time a report has.
`reminders` and `term_notices` tell of deadlines through `notices` and `recipients`, `asked_once` of what is
asked elsewhere; `assignment` says who fills which rows of a shared form, `closing` moves a deadline and ends
a round.
`cascade` passes reports on level by level, `membership` says who joined and who is left out;
`personal_parts`, `entry_for` and `links` say in whose hands one report is.
"""
