"""Schema of the files of a city folder, as pydantic models; references between entries are not judged."""
