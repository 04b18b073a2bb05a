"""Load an object or answer 404: what isn't there, and what isn't yours, look the same."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from strategy.models import Department, Strategy


def strategy_or_404(slug: str) -> Strategy:
    return get_object_or_404(Strategy.objects.select_related("owner"), slug=slug)


def department_or_404(slug: str) -> Department:
    return get_object_or_404(Department, slug=slug)


def number_or_404(number: int, known: object) -> None:
    """404 unless the number is one of the known ones."""
    if number not in known:  # type: ignore[operator]
        raise Http404
