"""What a person who helps would ask: is it well, and if not, what is to be done."""
