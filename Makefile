# A thin cover: everything of substance is in CMake, scripts/ and tests/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo build release check test soak bench prices format clean
# Stages follow each other whatever -j says; each uses all cores itself.
.NOTPARALLEL:

JOBS ?= $(shell nproc)
export JOBS

help: ## this list
	@echo "Strobe: a flight recorder and debugger for AI agents"
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install by name what is missing
	@scripts/setup

demo: release ## build it, record a small agent, show what it did
	@scripts/demo.sh

build: setup ## build/bin/strobe as developers build it, with all tests
	@scripts/build dev

release: setup ## build/bin/strobe as users get it
	@scripts/build release --target program pages

check: setup ## the quick tests: tidy, unit, golden (under 5 minutes)
	@scripts/run_tests check

test: setup ## every test, from nothing (under 25 minutes on two cores)
	@scripts/run_tests test

soak: setup ## every test, then long crash and property runs
	@scripts/run_tests soak

bench: setup ## the figures of docs/benchmarks.md
	@scripts/build release
	@scripts/bench

format: ## lay out the C++ files as .clang-format says
	@scripts/format

prices: ## take the newest price list into the tree (docs/reference/prices.md)
	@scripts/prices

clean: ## remove what was built
	@rm -rf build
