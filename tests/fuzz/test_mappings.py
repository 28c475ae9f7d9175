"""Any bytes as a mapping, and any expression in one."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import damaged
from tests.fuzz.desk import desk, sound, take
from tests.fuzz.examples import examples
from warehouse.ingest.mapping import Mapping, load_mapping
from warehouse.messages import UserError

VALID = """table = "calls"
timezone = "Europe/Moscow"
where = "state <> 'test'"
[columns]
call_id = "id"
direction = "'in'"
started_at = "strptime(day || ' ' || \\"queue time\\", '%d.%m.%Y %H:%M:%S')"
outcome = "result"
[values.outcome]
"Answered" = "answered"
"Потерян" = "abandoned"
"""
PIECES = """
table  timezone  where  columns  values  call_id  outcome  calls  chats  =  .  "  [  ]  [[  ]]  {  }  ,  '  #  1  true
2026-06-01  inf  Ж  \\
"""
TOML = st.lists(st.sampled_from([*PIECES.split(), " ", "\n", "\0", '"' * 3]), max_size=25).map(
    lambda parts: "".join(parts).encode()
)


@examples(0.1, usually=30)
@given(st.one_of(st.binary(max_size=100), TOML, damaged(st.just(VALID.encode()))))
def test_any_bytes_are_a_mapping_or_a_mistake(raw: bytes) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "mapping.toml"
        path.write_bytes(raw)
        try:
            load_mapping(path)
        except UserError as error:
            sound(error)


FRAGMENTS = """
id  day  "queue time"  state  nothing  'in'  '  "  (  )  [  ]  ,  ;  --  /*  *  +  ||  ::int  ::json  ::interval  =  <
1  0  1/0  9e999  NULL  SELECT  FROM  incoming  WHERE  count(*)  sum(id)  row_number() OVER ()  unnest([1, 2])  AS x
COLUMNS(*)  range(9)  error('x')  strptime(day, '%d')  read_text('/etc/hostname')  current_date  CASE WHEN  THEN  END
x -> x  {'a': 1}  ?  $1  :a  getenv('PATH')  TRY(id)  CAST(id AS DATE)  id IN (SELECT 1)  EXISTS (FROM incoming)
interval '1 day'  Ж  \\
"""
SQL = st.lists(st.sampled_from([*re.split("  |\n", FRAGMENTS.strip()), "\n", "\0"]), min_size=1, max_size=6).map(
    " ".join
)
THEIRS = "id,day,queue time,state\n1,01.06.2026,10:00:00,x\n2,02.06.2026,11:00:00,test\n"


@examples(0.08, usually=8)
@given(
    st.dictionaries(
        st.sampled_from(["call_id", "direction", "started_at", "line", "talk_s", "is_target", "outcome"]),
        SQL,
        max_size=2,
    ),
    st.none() | SQL,
    st.dictionaries(
        st.sampled_from(["outcome", "direction", "talk_s"]), st.just({"x": "in", "'": "answered"}), max_size=1
    ),
)
def test_any_expression_is_a_value_a_reject_or_a_mistake(
    columns: dict[str, str], where: str | None, values: dict[str, dict[str, str]]
) -> None:
    own = {"call_id": "id", "direction": "'in'", "started_at": "strptime(day, '%d.%m.%Y')"}
    with desk() as here:
        path = here.root / "theirs.csv"
        path.write_text(THEIRS)
        summary = take(here, path, mapping=Mapping("calls", where=where, columns={**own, **columns}, values=values))
        assert summary is None or summary.read == 2
