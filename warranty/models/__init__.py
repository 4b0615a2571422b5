"""What the guarantee keeps: repair log, waits, proofs, verdicts, rights on their way, promises, exchanges, refunds."""

from warranty.models.decisions import Decision, DecisionOverride
from warranty.models.log import LogStrike, PartsWait, RepairRecord
from warranty.models.promises import MakerPromise, MakerPromiseEnd
from warranty.models.proofs import ProofPhoto
from warranty.models.remedies import ApprovalRule, RemedyApproval, RemedyCase, RemedyKind
from warranty.models.rights import RightWatch

__all__ = [
    "ApprovalRule",
    "Decision",
    "DecisionOverride",
    "LogStrike",
    "MakerPromise",
    "MakerPromiseEnd",
    "PartsWait",
    "ProofPhoto",
    "RemedyApproval",
    "RemedyCase",
    "RemedyKind",
    "RepairRecord",
    "RightWatch",
]
