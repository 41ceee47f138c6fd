"""Holding a published report's sentences against the computed figures, and against each other.

document (file → blocks of text and tables) → tokens → figures (what each number says) → readings
(what ambiguous words mean) → arithmetic (against itself) and computed (against the Parquet) →
verdicts (the table that is printed and saved).
"""
