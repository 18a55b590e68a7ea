"""Documents in the form of Vietnamese administration (Nghị định 30/2020/NĐ-CP); always in Vietnamese."""
