"""What each file of a city folder may say, as pydantic models; references between entries are not judged."""
