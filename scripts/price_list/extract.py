"""Run by scripts/prices with the Python that has genai-prices: extract.py ROOT DATE. Writes the price list, its notice
and the table of cases. Fails rather than leave something out that would change an amount."""

import importlib.metadata
import json
import sys
from decimal import Decimal
from pathlib import Path

import cases
import clauses
from genai_prices.data import providers
from genai_prices.types import ModelPrice, StartDateConstraint, TieredPrices, TimeOfDateConstraint

# The catalogue's name of a price, and ours. What is not per token or per request (searches, seconds, pages, characters)
# and what is per token of sound or pictures is left out: our usage does not tell those tokens from text.
BUCKETS = {
    "input_mtok": "input",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_mtok": "output",
    "output_reasoning_mtok": "reasoning",
}
# Another price for a part of our buckets would go unnoticed; a new name must be looked at by a person.
KNOWN_OTHERS = {
    "requests_kcount", "web_searches_kcount", "storage_searches_kcount", "input_text_messages_kcount", "input_mchars",
    "audio_hours", "input_audio_hours", "input_document_kpages", "input_annotated_document_kpages", "input_audio_mtok",
    "output_audio_mtok", "cache_audio_read_mtok", "input_image_mtok", "output_image_mtok", "cache_image_read_mtok",
    "input_video_mtok", "output_video_mtok", "output_citation_mtok",
}


def rate(price):
    if not isinstance(price, TieredPrices):
        return price
    return [price.base] + [[tier.start, tier.price] for tier in price.tiers]


def price_row(prices):
    row = {}
    for key, price in vars(prices).items():
        if price is None:
            continue
        if key in BUCKETS:
            row[BUCKETS[key]] = rate(price)
        elif key == "requests_kcount":
            row["thousand_requests"] = rate(price)
        elif key not in KNOWN_OTHERS:
            sys.exit(f"prices: the catalogue has a new price {key}: see BUCKETS in scripts/price_list/extract.py")
    return {key: row[key] for key in (*BUCKETS.values(), "thousand_requests") if key in row}


def seconds_of(time):
    offset = time.utcoffset()
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    return (seconds - (int(offset.total_seconds()) if offset else 0)) % 86400


def price_rows(prices):
    if isinstance(prices, ModelPrice):
        return [price_row(prices)]
    rows = []
    for conditional in prices:
        row = {}
        constraint = conditional.constraint
        if isinstance(constraint, StartDateConstraint):
            row["from"] = constraint.start_date.isoformat()
        elif isinstance(constraint, TimeOfDateConstraint):
            row["between_s"] = [seconds_of(constraint.start_time), seconds_of(constraint.end_time)]
        elif constraint is not None:
            sys.exit(f"prices: the catalogue has a new kind of condition: {constraint}")
        rows.append(row | price_row(conditional.prices))
    return rows


def model_row(model):
    row = {"id": model.id, "match": clauses.encode(model.match)}
    if model.context_window is not None:
        row["context_window"] = model.context_window
    row["prices"] = price_rows(model.prices)
    return row


def line(value):
    """One line of JSON. The module json would write prices as floats; they are decimals, digit by digit."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(key) + ":" + line(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(line(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def document(version, date):
    lines = ['{"source":' + json.dumps("genai-prices " + version) + ',"date":' + json.dumps(date) + ',"providers":[']
    for provider in providers:
        head = {"id": provider.id}
        for name in ("provider_match", "model_match"):
            if getattr(provider, name) is not None:
                head[name] = clauses.encode(getattr(provider, name))
        if provider.fallback_model_providers:
            head["fallback"] = provider.fallback_model_providers
        models = ",\n".join(line(model_row(model)) for model in provider.models)
        end = "]}" if provider is providers[-1] else "]},"
        lines += [line(head)[:-1] + ',"models":[', models, end]
    return "\n".join(lines) + "\n]}\n"


def notice():
    files = importlib.metadata.files("genai-prices")
    return next(file for file in files if file.name == "LICENSE").locate().read_text()


def main(root, date):
    version = importlib.metadata.version("genai-prices")
    data = Path(root) / "src/prices/data"
    table = Path(root) / "tests/data/prices"
    data.mkdir(parents=True, exist_ok=True)
    table.mkdir(parents=True, exist_ok=True)
    (data / "prices.json").write_text(document(version, date))
    (data / "LICENSE").write_text(notice())
    rows = cases.rows(providers)
    (table / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    models = sum(len(provider.models) for provider in providers)
    print(f"genai-prices {version}: {len(providers)} providers, {models} models, {len(rows)} cases")


if __name__ == "__main__":
    main(*sys.argv[1:])
