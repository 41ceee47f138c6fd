"""The page of a period: one HTML file, and its charts as pictures."""
