from tests.filing.conftest import cast, met

__all__ = ["cast", "met"]  # fixtures: everybody who may come to a page
