"""Pure evaluation of forms: values in, values out, no file, no database, no clock.

A `form.Form` is compiled once (`program.compile_form`); figures come in as a `sheet.Sheet` (`figures` reads
and prints them), with a `context.Context` of earlier reports, children and attributes. `calculate` fills
computed cells in the order of `order`, `presence` knows what is absent for an agency or period,
`check.check_form` gives verdicts and findings, `evaluate` is the meaning of the language that every faster
evaluator must equal. These run a plan, which `report.plan_for` keeps: `engine.plans` one report and what
hangs on a changed cell, `engine.bulk` many reports; `stored` keeps a program as text. Without figures,
`engine.review` says what is wrong with rules taken together and `restate` carries them to a later state of
their form; with those of a report, `repair` finds the one cell that would mend it. Upwards, `engine.rollup`
sums many sheets and traces sums; `canonical` writes what hashes and signatures are taken over.
"""
