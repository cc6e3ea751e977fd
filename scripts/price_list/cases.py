"""Questions to the package's own calculator, with its answers: the table of unit.prices. The same catalogue gives the
same table."""

import datetime
import random
from decimal import Decimal

from genai_prices import Usage, calc_price
from genai_prices.types import ModelPrice, StartDateConstraint, TieredPrices, TimeOfDateConstraint

NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
MODELS_OF_A_PROVIDER = 14
# Names as the wild has them: another spelling, a fallback to another provider, a compact date, a gateway, nonsense.
STRANGE = (
    (None, "claude-sonnet-4-20250514"), (None, "GPT-4o-2024-08-06"), (None, "gemini-2.5-pro"), (None, "o3-mini"),
    (None, "nobody-knows-this-1"), (None, "mistral-large-latest"), (None, "org/mistral-large-latest"),
    ("azure", "gpt-4o-2024-08-06"), ("azure", "claude-opus-4-1"), ("google-vertex", "claude-sonnet-4@20250514"),
    ("google-gemini", "gemini-2.5-flash"), ("google-gemini", "gemini-2.5-flash-preview-tts"),
    ("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0"), ("amazon-bedrock", "amazon.nova-pro-v1:0"),
    ("litellm", "anthropic/claude-sonnet-4-20250514"), ("litellm", "gpt-4o"), ("litellm", "unknown/gpt-4o"),
    ("xai", "grok-3"), ("moonshot", "kimi-k2-0711-preview"), ("mistral", "codestral-latest"),
    ("nobody", "gpt-4o"), ("openai", "gpt-999"), ("anthropic", "claude-haiku-4-5-20251001"),
    ("openai", "gpt-5-20250807"), ("openai", "gpt-5-20251399"), ("openrouter", "openai/gpt-5-20250807"),
    (" OpenAI ", "gpt-4o"), ("together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
)


def names(clause):
    """Names that a clause asks for, more or less; whether it really matches is the calculator's business."""
    for word, before, behind in (("equals", "", ""), ("starts_with", "", "-x"), ("ends_with", "x-", ""),
                                 ("contains", "x-", "-x")):
        if hasattr(clause, word):
            yield before + getattr(clause, word) + behind
            if word == "starts_with":
                yield getattr(clause, word)
    for part in getattr(clause, "or_", None) or getattr(clause, "and_", None) or ():
        yield from names(part)


def prices_of(model):
    return [model.prices] if isinstance(model.prices, ModelPrice) else [part.prices for part in model.prices]


def tier_starts(model):
    return sorted({tier.start for prices in prices_of(model) for price in vars(prices).values()
                   if isinstance(price, TieredPrices) for tier in price.tiers})


def moments(model):
    """Either side of every condition, to the microsecond."""
    if isinstance(model.prices, ModelPrice):
        return [NOW]
    tick, out = datetime.timedelta(microseconds=1), [NOW]
    for part in model.prices:
        if isinstance(part.constraint, StartDateConstraint):
            day = datetime.datetime.combine(part.constraint.start_date, datetime.time(), tzinfo=datetime.UTC)
            out += [day - tick, day]
        elif isinstance(part.constraint, TimeOfDateConstraint):
            for time in (part.constraint.start_time, part.constraint.end_time):
                moment = datetime.datetime.combine(NOW.date(), time)
                out += [moment - tick, moment]
    return sorted(set(out))


def usages(rng, starts):
    """input, cache_read, cache_write, output, reasoning: disjoint, as ours are."""
    out = [(rng.randrange(1, 90_000), rng.choice((0, rng.randrange(9_000))), rng.choice((0, rng.randrange(900))),
            rng.randrange(1, 9_000), rng.choice((0, rng.randrange(5_000))))]
    for start in starts:
        out += [(start - 700, 500, 200, 1_001, 7), (start - 700, 501, 200, 1_001, 7), (0, start + 1, 0, 3, 0)]
    return out


def kind(price, usage):
    """What the label should be, by the rule of docs/reference/prices.md."""
    has = {key for key, value in vars(price.model_price).items() if value is not None}
    wants = [
        (usage[0], {"input_mtok"}), (usage[1], {"input_mtok", "cache_read_mtok"}),
        (usage[2], {"input_mtok", "cache_write_mtok"}), (usage[3], {"output_mtok"}),
        (usage[4], {"output_mtok", "output_reasoning_mtok"}),
    ]
    used = [bool(keys & has) for count, keys in wants if count > 0]
    if not any(used):
        return "unpriced"
    return "computed" if all(used) else "partial"


def row(provider, model, moment, usage):
    plain, read, write, output, reasoning = usage
    asked = {"provider": provider, "model": model, "at": moment.isoformat(timespec="microseconds")[:26],
             "at_ns": str((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC))
                             // datetime.timedelta(microseconds=1) * 1000),
             "usage": list(usage)}
    inclusive = Usage(input_tokens=plain + read + write, cache_read_tokens=read, cache_write_tokens=write,
                      output_tokens=output + reasoning, output_reasoning_tokens=reasoning)
    try:
        price = calc_price(inclusive, model, provider_id=provider, genai_request_timestamp=moment)
    except LookupError:
        return asked | {"priced_as": None, "kind": "unpriced", "usd": "0"}
    found = kind(price, usage)
    amount = price.total_price if found != "unpriced" else Decimal(0)
    return asked | {"priced_as": price.model.id, "kind": found, "usd": format(amount, "f")}


def chosen(rng, models):
    """Models whose prices depend on something, and some of the others."""
    def plain(model):
        return not tier_starts(model) and len(moments(model)) == 1
    special = [model for model in models if not plain(model)]
    rng.shuffle(special)
    special.sort(key=lambda model: -len(moments(model)))
    rest = [model for model in models if plain(model)]
    rng.shuffle(rest)
    half = MODELS_OF_A_PROVIDER // 2
    return special[:max(half, MODELS_OF_A_PROVIDER - len(rest))] + rest[:MODELS_OF_A_PROVIDER - min(half, len(special))]


def rows(providers):
    rng = random.Random(20261121)
    out = []
    for provider in providers:
        for model in chosen(rng, provider.models):
            spellings = list(names(model.match)) or [model.id]
            for moment in moments(model):
                name = rng.choice([model.id, *spellings])
                out += [row(provider.id, name, moment, usage) for usage in usages(rng, tier_starts(model))]
    for provider, model in STRANGE:
        out.append(row(provider, model, NOW, usages(rng, ())[0]))
    return out
