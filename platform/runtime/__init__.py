"""Rounds and reports: asking, filling, checking, handing in, summing up.

`rounds` opens a round for a period (`periods`, `typed_periods`) and gives each agency of its scope (`scopes`)
a report; `schedules` have them opened by themselves, `reminders` tell of deadlines, `asked_once` of what is
asked elsewhere. `entry` stores figures cell by cell with a journal, and texts of `narratives` likewise;
`attachments` go beside them, `words` reads both. `workflow` moves a report from hand to hand by the table in
`steps`, `consolidate` sums the accepted ones up into their receiver's report, and
`trace` leads from a total back to who typed what. `moving` takes open reports over to a repaired form,
`previews` shows beforehand what becomes of them. Where agencies share a form, `assignment` says who fills
which rows and `gathering` makes their rows one report. `overview` is what people look at, `places` how they
name cells and reports. Work that takes long is a job that may be killed and run again.
"""
