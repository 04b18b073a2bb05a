"""The demonstration: one strategy that is real in its facts, and one that is invented from end to end.

The words stand in the TOML files, the way they take through the domain's verbs in the modules.
"""

# Stands in everything invented that nobody has published, in every field: where it is seen, something leaks.
UNPUBLISHED_PHRASE = "not for publication yet"
# Stands in every entry of the report that is published at a future hour, and nowhere else.
SCHEDULED_PHRASE = "Copperbeech House"
# Stands in the edition that was withdrawn, and nowhere else.
WITHDRAWN_PHRASE = "above the third hut"
# Of everybody in it: it lies open, as everything invented does.
PASSWORD = "three lamps by the weir"  # noqa: S105
