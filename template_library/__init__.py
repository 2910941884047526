"""Drafts and frozen versions of templates."""
