"""Reading who reported, with its ceiling; every reading is written down."""
