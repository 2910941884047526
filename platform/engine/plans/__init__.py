"""Rules brought down to cells, and run for one report.

`grounding.ground` makes a `plan.Plan` of a program and the rows that are there, of the nodes in `ground`;
`givens` says what it reads from elsewhere and `slots` lays a report out beside it. `running` judges every
rule, alike ones by the whole arrays of `engine.bulk`, others by `closures`, which `combinators` make;
`editing` does again only what `dependents` says hangs on a changed cell. `plan_json` hands a plan to the
browser.
"""
