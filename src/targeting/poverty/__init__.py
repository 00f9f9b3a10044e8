"""Poverty by proxies: trains, scores and judges models of what households spend, with their uncertainty."""
