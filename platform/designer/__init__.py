"""Designing: a draft is the value of a template's file, and everything done to it is an edit of operations on ids.

`document` finds things in that value, `edits` applies operations and gives their inverses (pure; the page does the
same), `history` keeps each edit as a step of the draft, puts edits made at the same time one after the other and
takes them back, `review` says what is wrong with the spot it is at, `publishing` freezes the draft into a version,
`beginnings` makes drafts. Other rooms use the functions of these modules.
"""
