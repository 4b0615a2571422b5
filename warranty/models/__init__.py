"""What the guarantee keeps: the repair log, proofs, and the decisions with what each rests on."""

from warranty.models.decisions import Decision
from warranty.models.log import RepairRecord
from warranty.models.proofs import ProofPhoto

__all__ = ["Decision", "ProofPhoto", "RepairRecord"]
