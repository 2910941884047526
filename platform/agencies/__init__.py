"""The agency tree."""
