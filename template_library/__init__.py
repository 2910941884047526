"""Templates: the file format people exchange, drafts, frozen versions.

A template file is read into `engine.form.Form` (`fileformat`), told everything wrong with its shape, its
names, its rules and its examples (`examples`), kept as a draft while authors work on it (`drafts`), and
published as a version that never changes (`versions`). The forms that come with the product lie in `seeds/`
and enter through the same door (`shelf`). Other rooms use the functions of these modules and
`models.Version`; the runtime never sees drafts.

`compare` tells what changed between two forms and what that does to figures entered before, `cores` whether
a copy keeps the core it was taken from. `cards` notes owners, tags, sharing and copies, `catalogue` is what
people search, `states` what was decided about a template, with the clocks of the regulations. `regimes` is
the catalogue of reporting regimes; `packages` and `shipping` carry both to another installation.
"""
