"""Hot spots: where reports repeat, proposed for a clean-up, and whether the clean-up changed anything."""
