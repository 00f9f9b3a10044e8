"""Raw columns to comparable ones: names, identifiers, dates, addresses. Expressions in, expressions out."""
