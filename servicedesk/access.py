"""The one door from a name or number to an object, and the gate of roles in front of every page.

What is out of somebody's scope does not exist for him: 404. What he may see but not do is 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import FORBIDDEN, ActionError
from servicedesk.ideas.models import ImprovementIdea
from servicedesk.knowledge.models import Article
from servicedesk.people.models import Customer, Role, User
from servicedesk.tickets.models import Ticket

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_of(request: HttpRequest) -> User:
    """The signed-in member of staff. Raises 404 for anybody else; pages are behind the sign-in anyway."""
    user = request.user
    if isinstance(user, AnonymousUser):
        raise Http404
    return user


def roles_allowed(*roles: str) -> Callable[[View[P]], View[P]]:
    """Lets only these roles pass; others get 403 role_not_allowed."""
    allowed = frozenset(roles)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if getattr(request.user, "role", "") not in allowed:
                raise ActionError("role_not_allowed", _("Your role may not open this."), status=FORBIDDEN)
            return view(request, *args, **kwargs)

        return gate

    return decorate


def read_id(text: str) -> int | None:
    """The id that stands in an address or form; None for what is no number the database could hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def ticket_or_404(user: User, number: str) -> Ticket:
    """The ticket of that number, if `user` may know of it. Raises Http404."""
    tickets: QuerySet[Ticket] = Ticket.objects.visible_to(user)
    found = tickets.select_related(
        "owner", "outlet", "customer", "address", "category", "appliance__category", "appliance__model", "fault"
    )
    ticket = found.filter(number=number).first()
    if ticket is None:
        raise Http404
    return ticket


def customers_for(user: User) -> QuerySet[Customer]:
    """The customers `user` may know of: all for the desk and management, else those with a visible ticket."""
    if user.sees_all_tickets:
        return Customer.objects.all()
    return Customer.objects.filter(pk__in=Ticket.objects.visible_to(user).values("customer_id"))


def customer_or_404(user: User, customer_id: int) -> Customer:
    """The customer, if `user` may know of him. Raises Http404."""
    customer = customers_for(user).filter(pk=customer_id).first()
    if customer is None:
        raise Http404
    return customer


def appliance_or_404(user: User, appliance_id: int) -> Appliance:
    """The appliance of a customer `user` may know of. Raises Http404."""
    appliances = Appliance.objects.select_related("category", "model", "customer")
    appliance = appliances.filter(pk=appliance_id, customer__in=customers_for(user)).first()
    if appliance is None:
        raise Http404
    return appliance


def idea_or_404(idea_id: int) -> ImprovementIdea:
    """The improvement idea; every member of staff may read it, its tickets only within his scope. Raises Http404."""
    ideas = ImprovementIdea.objects.select_related("category", "fault", "proposed_by", "owner")
    idea = ideas.filter(pk=idea_id).first()
    if idea is None:
        raise Http404
    return idea


def article_or_404(article_id: int) -> Article:
    """The article; every member of staff may read it, its tickets only within his scope. Raises Http404."""
    articles = Article.objects.select_related("category", "model", "fault", "author")
    article = articles.filter(pk=article_id).first()
    if article is None:
        raise Http404
    return article


def base_of(user: User) -> str:
    """The page's frame: a technician's phone, or the desk."""
    return "base_phone.html" if user.role == Role.TECHNICIAN else "base.html"


# Who may read a customer's full phone number and address on a ticket in hand (docs/roles.md).
FULL_CONTACT = frozenset({Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN})


def may_read_contact(user: Any) -> bool:
    """Whether the role reads full phone numbers and addresses; auditors see them masked."""
    return getattr(user, "role", "") in FULL_CONTACT
