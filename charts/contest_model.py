"""What the pictures of a contest are made of: people on the floors of a skyscraper."""

from dataclasses import dataclass

from charts.model import Amount, Titles


@dataclass(frozen=True)
class Climber:
    """A participant by place. `names` are the same name, the fullest first; the first that fits is printed."""

    place: str
    names: tuple[str, ...]
    amount: Amount
    gap: str
    """«2 до 1-го», «лидер»."""
    final: bool
    moved: int | None = None
    """Places won since the last time, or, below 0, lost; None: was not there."""
    first: bool = False


@dataclass(frozen=True)
class Climb:
    """A rating as a climb. A row is a participant, the best first; a floor is `floor` of what is counted, or more."""

    titles: Titles
    rows: tuple[Climber, ...]
    border: str
    """Under the last finalist: «в финале первые 10»; empty without chasers."""
    minimum: Amount | None = None
    """The sign on the facade: «минимум 10»."""
    new: str = ""
    """What stands where movement would, for who was not there; empty if nothing is compared."""
    rest: str = ""
    """«ещё 26: от 0 до 8»."""
    scale: tuple[str, str] = ("", "")
    """What is added to the footnote where a floor is {n} of what is counted, and where floors are left out."""


@dataclass(frozen=True)
class Floor:
    """Everybody with one total: how many they are, of them in the final and near it."""

    amount: Amount
    people: int
    final: int = 0
    near: int = 0
    names: tuple[str, ...] = ()
    """Who they are, in a few ways, the longest first; the first that fits is printed."""


@dataclass(frozen=True)
class Crowd:
    """Everybody at a glance: a window is a person, a floor a total. Floors from the top; only those with people."""

    titles: Titles
    floors: tuple[Floor, ...]
    threshold: Amount
    """«порог финала: 15 резервов»."""
    near: str
    """«9 человек: до финала 1–2»; empty if there is nobody."""
    median: Amount
    nothing: str
    """Beside the ground floor, for those at 0: «без резервов: 9»."""
    cut: str = ""
    """What is added to the footnote where empty floors are left out."""
    wide: str = ""
    """What is added to the footnote where a floor holds {n} totals."""
