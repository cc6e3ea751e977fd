"""Tracing as OpenInference's documentation sets it up. The exporter reads OTEL_* variables."""

from __future__ import annotations

import os

from openinference.instrumentation import OITracer, TraceConfig
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def start() -> tuple[TracerProvider, OITracer]:
    """The provider (shut it down at the end, that sends what is left) and a tracer for the agent's own spans."""
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "openinference-agent")})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return provider, OITracer(provider.get_tracer("coding-agent"), config=TraceConfig())
