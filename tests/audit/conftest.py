from tests.filing.conftest import cast

__all__ = ["cast"]  # a fixture: everybody who may come to a page
