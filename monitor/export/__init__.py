"""A session as others read it: JSON of schema 1, a table, a FIT activity. Nothing here opens a file or a store."""
