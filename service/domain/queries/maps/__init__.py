"""Vector tiles of what maps show: reports, wards and the ground."""
