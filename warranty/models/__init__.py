"""What the guarantee keeps: repair log, proofs, verdicts, promises beside the law, exchanges and refunds."""

from warranty.models.decisions import Decision, DecisionOverride
from warranty.models.log import RepairRecord
from warranty.models.promises import MakerPromise, MakerPromiseEnd
from warranty.models.proofs import ProofPhoto
from warranty.models.remedies import ApprovalRule, RemedyApproval, RemedyCase, RemedyKind

__all__ = [
    "ApprovalRule",
    "Decision",
    "DecisionOverride",
    "MakerPromise",
    "MakerPromiseEnd",
    "ProofPhoto",
    "RemedyApproval",
    "RemedyCase",
    "RemedyKind",
    "RepairRecord",
]
