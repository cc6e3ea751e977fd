"""What one line of a cart costs."""

BULK_PIECES_MIN = 10
BULK_DISCOUNT_PERCENT = 10


def line_price_cents(unit_price_cents: int, pieces: int) -> int:
    """The price of `pieces` of one article, bulk discount included, rounded half up to whole cents."""
    full = unit_price_cents * pieces
    if pieces > BULK_PIECES_MIN:
        return (full * (100 - BULK_DISCOUNT_PERCENT) + 50) // 100
    return full
