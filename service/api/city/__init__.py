"""Reference data over JSON: categories, departments, wards."""
