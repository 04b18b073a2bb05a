from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from strategy.dates import PartialDate


class PartialDateField(models.CharField):
    """A PartialDate, stored as its ISO text: it sorts and compares in the database as it reads."""

    if TYPE_CHECKING:
        _pyi_private_set_type: PartialDate | str | None  # type: ignore[assignment]
        _pyi_private_get_type: PartialDate  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)
        self.validators.clear()  # a CharField's count characters, which a PartialDate has not

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> PartialDate | None:
        return PartialDate(value) if value else None

    def to_python(self, value: Any) -> PartialDate | None:
        if value is None or value == "" or isinstance(value, PartialDate):
            return value or None
        try:
            return PartialDate.parse(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            value = PartialDate.parse(value) if value else None
        return value.iso if value else None

    def value_from_object(self, obj: models.Model) -> Any:
        value = super().value_from_object(obj)
        return value.iso if isinstance(value, PartialDate) else value
