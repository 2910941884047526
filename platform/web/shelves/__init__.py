"""Pages of the template library: the shelf, one template, regimes, packages, who may design what."""
