"""Tables of the city: areas, categories, departments, rules, changes by administrators."""
