"""OpenTelemetry's SDK for logs as its documentation sets it up. The exporter reads OTEL_* variables."""

from __future__ import annotations

import os

from opentelemetry import _logs
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource


def start(service: str) -> LoggerProvider:
    """The global provider; shut it down at the end, that sends what is left."""
    if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    else:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", service)})
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    _logs.set_logger_provider(provider)
    _start_events(provider)
    return provider


def _start_events(provider: LoggerProvider) -> None:
    """Before version 1.39 events had a provider of their own, which instrumentations of the time ask for."""
    try:
        from opentelemetry import _events
        from opentelemetry.sdk._events import EventLoggerProvider
    except ImportError:
        return
    _events.set_event_logger_provider(EventLoggerProvider(provider))
