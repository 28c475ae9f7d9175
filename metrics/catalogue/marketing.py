"""Marketing: contacts, what was spent, and what one of them costs."""

from __future__ import annotations

from metrics.catalogue.deals import KINDS
from metrics.model import Better, Count, Metric, Ratio, Sum, SumOf, Unit, where
from warehouse.messages import N_


def _cost_per(
    key: str,
    title: str,
    about: str,
    of: str,
    aliases: tuple[str, ...],
    phrases: tuple[str, ...],
    needs: tuple[str, ...],
    relation: str = "marketing",
) -> Metric:
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.MONEY,
        better=Better.CEILING,
        relation=relation,
        fact=Ratio(Sum("amount"), Count(where(of))),
        needs=("costs.amount", *needs),
        aliases=aliases,
        phrases=phrases,
        spread=False,
        above_zero=True,
    )


MARKETING = (
    Metric(
        key="contacts",
        title=N_("Contacts"),
        about=N_("Inbound calls, chats and leads, in one sum."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="",
        fact=SumOf(("calls", "chats", "leads")),
        aliases=("контакты",),
        phrases=("контакт", "все контакты", "все обращения", "all contacts", "contacts of all channels"),
    ),
    Metric(
        key="marketing_cost",
        title=N_("Cost of marketing"),
        about=N_("Costs of marketing by the days they are for, of days that are over."),
        unit=Unit.MONEY,
        better=Better.NEUTRAL,
        relation="cost_days",
        fact=Sum("amount"),
        needs=("costs.amount",),
        aliases=("расходы", "расход"),
        phrases=(
            *("потратили на рекламу", "потратили на маркетинг", "затраты на рекламу", "рекламный бюджет"),
            *("расходы на рекламу", "ad spend", "spent on ads", "marketing spend", "расходы на маркетинг"),
            *("расход на маркетинг", "затраты на маркетинг", "marketing cost"),
        ),
    ),
    _cost_per(
        "cost_per_contact",
        N_("Cost of a contact"),
        N_("Costs of marketing over inbound calls, chats and leads of the same days."),
        "contact",
        ("цена_обращения",),
        ("цена обращения", "стоимость обращения", "cost per enquiry", "price of an enquiry"),
        (),
    ),
    _cost_per(
        "cost_per_target",
        N_("Cost of a target contact"),
        N_("Costs of marketing over target contacts of the same days."),
        "target",
        ("цена_целевого",),
        ("цена целевого", "цена целевого обращения", "стоимость целевого", "cost per target contact", "cpl"),
        (),
    ),
    _cost_per(
        "cost_per_contract",
        N_("Cost of a contract"),
        N_("Costs of marketing over contracts of the same days."),
        "contract",
        ("цена_договора",),
        (
            *("цена договора", "стоимость договора", "cost per contract", "cost of a contract", "cost per sale"),
            *("стоимость привлечения договора", "привлечение договора", "стоимость привлечения клиента"),
        ),
        ("deals.deal_id", KINDS),
        "marketed_sales",
    ),
)
