"""The parts of scripts/prices that run where genai-prices is installed."""
