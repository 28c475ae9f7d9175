"""Imports: files of records (CSV, XLSX, Parquet), read by a mapping, checked row by row and merged by key."""
