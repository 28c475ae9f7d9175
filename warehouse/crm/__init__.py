"""What a CRM gives, made into the canonical tables: its export files, and what is pulled from it page by page."""
