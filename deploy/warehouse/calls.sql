-- A warehouse as a centre may have it: its own names, local times, one row a call.
CREATE TABLE phone_calls (
    id          bigint PRIMARY KEY,
    queue       text NOT NULL,
    caller      text,
    operator    text,
    arrived     timestamp NOT NULL,
    finished    timestamp NOT NULL,
    waited_s    integer NOT NULL,
    talked_s    integer NOT NULL,
    answered    boolean NOT NULL
);

INSERT INTO phone_calls VALUES
    (1, 'inhouse', 'c1', 'a1', '2026-06-15 09:00:00', '2026-06-15 09:01:10', 10, 60, true),
    (2, 'inhouse', 'c2', 'a2', '2026-06-15 09:05:00', '2026-06-15 09:07:25', 25, 120, true),
    (3, 'inhouse', 'c3', NULL, '2026-06-15 09:10:00', '2026-06-15 09:10:50', 50, 0, false),
    (4, 'sales', 'c4', 'a1', '2026-06-15 09:20:00', '2026-06-15 09:23:40', 40, 180, true);
