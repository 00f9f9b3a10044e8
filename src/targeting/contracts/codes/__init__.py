"""The code lists of the questionnaires by theme, each in the versions in which it was issued.

R = Regsosek form 2022.K, D = DTSEN field values as regional applications publish them. The block and item numbers in
the comments are those of the Regsosek form. A list that both versions share stands in `SAME`; a list that differs
stands once a version, so that no code can silently change its meaning.
"""
