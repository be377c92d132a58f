"""The catalogues of the pages' languages."""
