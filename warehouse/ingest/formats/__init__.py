"""Named formats: files that are no tables, turned into rows of canonical columns before the import reads them."""
