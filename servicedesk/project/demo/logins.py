"""Who can sign in to the demonstration; never in production, where `DEMO_LOGINS` is off."""

from dataclasses import dataclass

from servicedesk.people.models import Role

DEMO_PASSWORD = "yipiao-demo-2026"  # noqa: S105 - printed on purpose, for invented people only


@dataclass(frozen=True)
class DemoLogin:
    """A person of the demonstration; `outlets` are codes of outlets, empty for the desk."""

    employee_no: str
    role: Role
    name: str
    outlets: tuple[str, ...] = ()

    @property
    def role_label(self) -> str:
        """The role in the reader's language."""
        return str(self.role.label)


DEMO_LOGINS = (
    DemoLogin("A001", Role.AGENT, "林晓雨"),
    DemoLogin("A002", Role.AGENT, "周子涵"),
    DemoLogin("D001", Role.DISPATCHER, "何建平", ("YZ01",)),
    DemoLogin("D002", Role.DISPATCHER, "徐丽华", ("YZ02", "YZ03")),
    DemoLogin("T001", Role.TECHNICIAN, "李强", ("YZ01",)),
    DemoLogin("T002", Role.TECHNICIAN, "赵敏", ("YZ01",)),
    DemoLogin("S001", Role.SUPERVISOR, "马国庆", ("YZ01",)),
    DemoLogin("S002", Role.SUPERVISOR, "沈静"),
    DemoLogin("M001", Role.MANAGER, "陈志远"),
    DemoLogin("Q001", Role.AUDITOR, "高岚"),
    DemoLogin("ADMIN", Role.ADMIN, "系统管理员"),
)
