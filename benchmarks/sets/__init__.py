"""Linkage test sets with known truth, made by seed or taken from published collections."""
