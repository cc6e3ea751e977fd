"""A customer's cart."""

from dataclasses import dataclass, field

from shop.pricing import line_price_cents


@dataclass(frozen=True)
class Line:
    article: str
    unit_price_cents: int
    pieces: int


@dataclass
class Cart:
    lines: list[Line] = field(default_factory=list)

    def add(self, article: str, unit_price_cents: int, pieces: int = 1) -> None:
        if pieces < 1:
            raise ValueError(f"cannot add {pieces} pieces of {article}")
        self.lines.append(Line(article, unit_price_cents, pieces))

    def total_cents(self) -> int:
        return sum(line_price_cents(line.unit_price_cents, line.pieces) for line in self.lines)
