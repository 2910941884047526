"""Designing: a draft is the value of a template's file; all that is done to it are edits, operations on ids.

`document` finds things in that value; `edits` applies operations and gives their inverses (pure; the page
does the same), `differing` the operations between two documents; `history` keeps each edit as a step of the
draft, puts edits made at the same time one after the other (`rebase`), lets rules follow (`restating`) and
takes steps back; `beginnings` makes drafts, `renewing` brings into a copy what its original changed,
`recoding` gives a draft another code; `review` says what is wrong and at which spot; `publishing` freezes the
draft into a version. Other rooms use the functions of these modules.
"""
