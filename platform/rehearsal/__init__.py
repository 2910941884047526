"""A template tried out before it is published: the whole round, over the real agencies, leaving no trace.

`stage` sets a temporary database up with the agencies as they are; `figures` makes figures that satisfy the
rules, by `solving` them as linear bounds where they are such; `earlier` says for which periods before they
are made up, too; `rehearse` is the job that has a `performance` issue, fill, check, hand in and sum up, from
below; `duties` says who is missing and which deadlines fall on days off. Others use `requests`, which asks
for a rehearsal and keeps its result, and `models.Rehearsal`.
"""
