"""Rounds and reports: asking, filling, checking, handing in, summing up.

This room holds what all of it stands on: the tables (`models`), the way of a report as one table (`steps`),
`periods`, compiled forms (`programs`), packed figures (`sheets`); and who may do what (`rights`). Within it
`rounds` asks, `filling` takes in, `totals` sums up, `flow` moves reports from hand to hand, `views` shows;
each knows those named before it. Work that takes long is a job that may be killed and run again.
"""
