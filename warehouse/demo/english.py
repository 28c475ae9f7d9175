"""The demo's vocabulary for English readers: what its people chose from lists, in their words."""

from __future__ import annotations

import pyarrow as pa

COLUMNS = (
    "topic",
    "subtopic",
    "campaign",
    "origin",
    "list",
    "script",
    "segment",
    "stop_reason",
    "loss_reason",
    "city",
    "project",
    "desk",
    "team",
)

WORDS = {
    # Topics of calls and chats
    "бронирование": "booking a flat",
    "вход и пароль": "sign-in and password",
    "гарантия": "warranty",
    "документы": "documents",
    "документы для заселения": "documents for moving in",
    "замечания по квартире": "defects of a flat",
    "запись на приёмку": "booking a handover",
    "запись на просмотр": "booking a viewing",
    "ипотека": "mortgage",
    "ключи": "keys",
    "личный кабинет": "personal account",
    "общие вопросы": "general questions",
    "онлайн-покупка": "buying online",
    "ошибка на сайте": "a fault of the site",
    "паркинг и кладовые": "parking and storage",
    "перенос приёмки": "moving a handover",
    "планировки": "floor plans",
    "платежи": "payments",
    "рассрочка": "instalments",
    "ремонт": "fitting-out",
    "сроки строительства": "building schedule",
    "трейд-ин": "trade-in",
    "цены и наличие": "prices and availability",
    "электронная подпись": "electronic signature",
    # Campaigns and their lists
    "Перезвон": "Callback",
    "Телемаркетинг: возврат клиентов": "Telemarketing: winning clients back",
    "Телемаркетинг: ипотека": "Telemarketing: mortgage",
    "Телемаркетинг: новые проекты": "Telemarketing: new projects",
    "Телемаркетинг: приглашение на показ": "Telemarketing: invitations to viewings",
    "список 1": "list 1",
    "список 2": "list 2",
    "А": "A",
    "Б": "B",
    "просил не звонить": "asked not to be called",
    "уже купил": "has bought already",
    "брали расчёт ипотеки": "had a mortgage worked out",
    "звонили год назад": "called a year ago",
    "смотрели квартиру": "viewed a flat",
    # Origins
    "агрегатор": "listings site",
    "контекстная реклама": "search ads",
    "партнёры": "partners",
    "сайт": "our site",
    "соцсети": "social media",
    # Deals
    "дорого": "too dear",
    "ипотека не одобрена": "mortgage refused",
    "купил у других": "bought elsewhere",
    "не отвечает": "does not answer",
    "не подошёл район": "wrong district",
    "передумал": "changed their mind",
    "Екатеринбург": "Yekaterinburg",
    "Москва": "Moscow",
    "Новосибирск": "Novosibirsk",
    "Санкт-Петербург": "Saint Petersburg",
    "Балтийский двор": "Baltic Court",
    "Кедровый берег": "Cedar Shore",
    "Маячный": "Lighthouse",
    "Речные дома": "River Houses",
    "Северный квартал": "North Quarter",
    "Уральские высоты": "Ural Heights",
    "Яблоневый парк": "Apple Park",
    # Tickets
    "Гарантийный отдел": "Warranty",
    "Документооборот": "Paperwork",
    "Отдел заселения": "Move-in",
    "Расчёты": "Accounts",
    "Договор": "Contract",
    "Инженерные системы": "Building services",
    "Окна и двери": "Windows and doors",
    "Отделка": "Finishing",
    "Платежи": "Payments",
    "Приёмка": "Handover",
    "Справки": "Certificates",
    "График платежей": "Payment schedule",
    "Двойное списание": "Charged twice",
    "Копия договора": "Copy of a contract",
    "Лифт": "Lift",
    "Отопление": "Heating",
    "Перенос срока": "Another date",
    "Повторная приёмка": "Second handover",
    "Полы": "Floors",
    "Протечка": "Leak",
    "Регулировка": "Adjustment",
    "Смена собственника": "Change of owner",
    "Справка об оплате": "Proof of payment",
    "Трещины": "Cracks",
    # Teams
    "АКЦ Заселение": "AKC Move-in",
    "Продажи 1": "Sales 1",
    "Продажи 2": "Sales 2",
    "Продажи 3": "Sales 3",
    "Сервис 1": "Service 1",
    "Сервис 2": "Service 2",
    "Телемаркетинг": "Telemarketing",
    "Чаты продаж": "Sales chats",
    "Чаты сервиса": "Service chats",
}


def in_english(rows: pa.Table) -> pa.Table:
    """Return rows of the demo with what was chosen from its lists in English; a word without a likeness stays."""
    for name in set(COLUMNS) & set(rows.column_names):
        at = rows.column_names.index(name)
        encoded = rows.column(name).combine_chunks().cast(pa.string()).dictionary_encode()
        told = pa.array([WORDS.get(word, word) for word in encoded.dictionary.to_pylist()], pa.string())
        rows = rows.set_column(at, name, told.take(encoded.indices))
    return rows
