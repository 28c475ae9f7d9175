"""What clients say of their contacts, and what reviewers do."""

from __future__ import annotations

from dataclasses import replace

from metrics.model import Better, Count, Distinct, Mean, Metric, Ratio, Remark, Sum, Unit, where
from warehouse.messages import N_, note

_EARLY = Remark(
    where("answered_early"),
    note("{n} answer dated before its question", "{n} answers dated before their questions", n=0),
    aside=True,
)
_OFF_SCALE = note(
    "{n} answer is on a scale other than 0-10: say in [surveys.{kind}] which scores are for and which against",
    "{n} answers are on scales other than 0-10: say in [surveys.{kind}] which scores are for and which against",
    n=0,
    kind="",
)


def _index(key: str, kind: str, title: str, about: str, *aliases: str, phrases: tuple[str, ...]) -> Metric:
    off_scale = replace(_OFF_SCALE, params={"kind": kind})
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.POINTS,
        better=Better.FLOOR,
        relation="survey_answers",
        fact=Ratio(Sum(f"{kind}_vote", where(f"{kind}_counts")), Count(where(f"{kind}_counts"))),
        needs=(f"surveys.kind={kind}",),
        remarks=(Remark(where(f"{kind}_off_scale"), off_scale, blocks=True), _EARLY),
        aliases=aliases,
        phrases=phrases,
        spread=False,
    )


SATISFACTION = (
    Metric(
        key="csat",
        title=N_("Satisfied clients (CSAT)"),
        about=N_("Scores in the upper quarter of their scale (4-5 of 5, 8-10 of 10) over all scores of CSAT."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="survey_answers",
        fact=Ratio(Count(where("satisfied")), Count(where("csat_counts"))),
        needs=("surveys.kind=csat",),
        remarks=(_EARLY,),
        aliases=("удовлетворенность", "удовлетворённость"),
        spread=False,
        decimals=0,
        phrases=(
            *("довольны", "довольны ли клиенты", "довольных клиентов", "удовлетворены", "satisfied"),
            *("happy customers", "customer satisfaction", "ксат", "цсат", "удовлетворенность клиентов"),
            *("удовлетворенные клиенты", "доля довольных", "satisfaction", "satisfied clients", "satisfied customers"),
        ),
    ),
    Metric(
        key="csi",
        title=N_("Satisfaction index (CSI)"),
        about=N_("Mean place of the scores on their scale, of CSI, or of CSAT where nobody is asked for CSI."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="survey_answers",
        fact=Ratio(Sum("csi_share", where("csi_counts")), Count(where("csi_counts"))),
        needs=("surveys.kind=csi|csat",),
        remarks=(
            Remark(
                where("csi_of_csat"),
                note(
                    "by {n} score of CSAT: nobody is asked for CSI",
                    "by {n} scores of CSAT: nobody is asked for CSI",
                    n=0,
                ),
            ),
        ),
        aliases=("индекс_удовлетворенности", "индекс_удовлетворённости"),
        spread=False,
        phrases=(
            "индекс удовлетворенности",
            "индекс удовлетворенности клиентов",
            "си эс ай",
            "satisfaction index",
            "customer satisfaction index",
        ),
    ),
    _index(
        "nps",
        "nps",
        N_("Recommendation index (NPS)"),
        N_("Share of scores 9-10 less share of scores 0-6."),
        "нпс",
        phrases=(
            "эн пи эс",
            "индекс лояльности",
            "лояльность",
            "индекс рекомендаций",
            "готовность рекомендовать",
            "net promoter score",
            "promoter score",
            "loyalty",
        ),
    ),
    _index(
        "smile",
        "mood",
        N_("Smile index"),
        N_("The same over the question about the mood: share of scores 9-10 less share of scores 0-6."),
        "индекс_улыбки",
        "смайл",
        "настроение",
        phrases=(
            "индекс улыбки",
            "улыбки клиентов",
            "настроение клиентов",
            "smile index",
            "smile",
            "mood",
            "mood of clients",
        ),
    ),
    Metric(
        key="surveys",
        title=N_("Questions asked"),
        about=N_("Questions put to clients in the period, answered or not."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="survey_answers",
        fact=Count(),
        aliases=("опросы", "опросов"),
        phrases=(
            *("что говорят опросы", "опрос", "опросили", "задано вопросов", "число опросов", "surveys sent", "survey"),
            "questions asked",
        ),
    ),
    Metric(
        key="survey_answers",
        title=N_("Answers to surveys"),
        about=N_("Questions of the period that were answered."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="survey_answers",
        fact=Count(where("answered")),
        aliases=("ответы_на_опросы",),
        phrases=(
            "ответы на опросы",
            "ответов на опросы",
            "ответили на опрос",
            "survey answers",
            "answers to surveys",
        ),
    ),
    Metric(
        key="survey_clients_again",
        title=N_("Clients who answered more than once"),
        about=N_("Known clients with two answers or more to questions of one kind; all of them count."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="survey_answers",
        fact=Distinct("client_id", where("again")),
        needs=("surveys.client_id",),
        phrases=(
            "ответили повторно",
            "клиенты с двумя ответами",
            "ответили дважды",
            "answered again",
            "clients who answered twice",
        ),
    ),
    Metric(
        key="surveys_waiting",
        title=N_("Questions without an answer yet"),
        about=N_("Questions that nobody has answered and that are younger than 72 hours."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="survey_answers",
        fact=Count(where("waiting")),
        phrases=(
            "опросы без ответа",
            "ждут ответа на опрос",
            "вопросы без ответа",
            "unanswered surveys",
            "surveys without an answer",
            "pending surveys",
        ),
    ),
    Metric(
        key="response_rate",
        title=N_("Response rate"),
        about=N_("Answered questions over those answered or older than 72 hours."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="survey_answers",
        fact=Ratio(Count(where("responded")), Count(where("settled"))),
        needs=("surveys.sent_at",),
        remarks=(
            Remark(
                where("answers_only"),
                note(
                    "{n} answer of a source that does not tell when it was asked, not counted here",
                    "{n} answers of sources that do not tell when they were asked, not counted here",
                    n=0,
                ),
            ),
        ),
        aliases=("отклик",),
        spread=False,
        phrases=(
            *("процент ответивших", "доля ответивших", "процент ответивших на опрос", "процент откликнувшихся"),
            *("share of answers", "survey response", "отвечает на опрос", "отвечают на опрос", "отвечают на опросы"),
            *("доля ответивших на опрос", "отклик на опросы", "response rate", "survey response rate"),
        ),
    ),
    Metric(
        key="qa",
        title=N_("Quality score"),
        about=N_("Mean of score over maximum of reviewed contacts, by their latest reviews; a fatal error counts 0."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="reviews",
        fact=Mean("quality"),
        remarks=(Remark(where("critical"), note("{n} with a fatal error", "{n} with fatal errors", n=0)),),
        aliases=("оценка_качества", "контроль_качества"),
        spread=False,
        phrases=(
            "качество",
            "качество операторов",
            "качество работы",
            "качество разговоров",
            "балл качества",
            "оценка качества операторов",
            "чек-лист",
            "чеклист",
            "чек лист",
            "quality",
            "quality score",
            "qa score",
            "monitoring scores",
            "quality scores",
        ),
    ),
)
