"""The constraint language: from text to a tree and back, and nothing else.

A rule is read in three steps. `parser.parse` turns text into a tree with names as typed (`nodes`);
`resolve.resolve` turns names into ids with the tables of `names`, and finds functions in `signatures`;
`targets.Run` spreads the rule over the columns, rows or parents it runs on, where `types.check_types` looks
at types and units. Trees go back to text in one canonical spelling with `printer`, and to sentences with
`describe`, to JSON with `tree_json`. Texts that differ only in names are parsed once (`moulds`). Values are
never computed here: the room above, `engine`, gives the trees their meaning. What is wrong with a text is a
list of `faults.Fault`, all that can be found at once.
"""
