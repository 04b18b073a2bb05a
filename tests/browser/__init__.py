import pytest

# What they assert is told in full when it fails, as in tests themselves.
pytest.register_assert_rewrite("tests.browser.axe", "tests.browser.structure")
