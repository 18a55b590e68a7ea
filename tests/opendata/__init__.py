"""The files of open data, made and read back."""
