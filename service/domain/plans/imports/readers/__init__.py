"""Readers: Word, workbook, page and plain text to blocks. Files of strangers are read in a confined child."""
