"""The JSON interface: `interface` is its blueprint, `openapi` describes it, the others are its operations."""
