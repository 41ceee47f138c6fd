"""What people hand in and look at, made from the curated Parquet alone.

A module per output, each with `write(report, folder)`, which writes its files into `folder` and
returns their paths; `build.py` calls them all.
"""
