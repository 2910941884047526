"""Drafts drawn from the workbooks agencies have: an .xlsx, .xls or .ods in, the form of a template out.

`opening` decides what may be opened, `reading` makes every kind of file the same plain sheets (`grid`), old
fonts read as Unicode, SUBTOTAL as SUM (`subtotals`). On a sheet `regions` finds the tables, `beside` those
that share one row of titles, `header` the tree of column titles, `columns` what each is for, `rows` the tree
of rows, `around` what stands above and below. `formulas` reads Excel's formulas as trees, `rules` and
`translate` tell them in the language, `infer` adds what number lines, titles (`titled`) and sums say.
`section` draws one table (`leaves` its columns, `body` its rows), `drawing` the whole template with its
example, and with `doubts`: what was guessed is asked, and an answer redraws. Others use `drawing.draw`.
"""
