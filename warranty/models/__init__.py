"""The models of the guarantee: the repair log and the verdicts."""

from warranty.models.decisions import Decision
from warranty.models.log import RepairRecord

__all__ = ["Decision", "RepairRecord"]
