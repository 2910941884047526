"""Pages of the indicator library: the catalogue, keeping it, proposals for it."""
