"""What dispatchers keep of the board."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

STAFF = settings.AUTH_USER_MODEL


class BoardView(models.Model):
    """A view of the board under a name: outlet, scale and filters as they stand in the address; its owner's alone."""

    owner = models.ForeignKey(STAFF, models.CASCADE, related_name="board_views", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("address"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("view of the board")
        verbose_name_plural = _("views of the board")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="board_view_once")]

    def __str__(self) -> str:
        return self.name
