# Everything runs in .venv, which the first target makes from the hashed lock.
# PYTHON chooses the interpreter: make test PYTHON=python3.12

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
PEERS  := .venv-peers/.ready .venv-peers-diffraction/.ready
PIP    := -m pip --disable-pip-version-check --quiet

HYDRIDE := $(addprefix examples/lani2d3/,neutron.xye xray.xye) \
    $(foreach file,LaNi2D3 LaNi5,--structure examples/lani2d3/$(file).cif) \
    $(foreach file,neutrons tube,--instrument examples/lani2d3/$(file).yaml) \
    --config examples/lani2d3/plan.yaml

.DEFAULT_GOAL := help
.PHONY: help demo test slow lint bench peers docs

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: $(READY) ## the main jobs: real spectra, a run of the lab, a campaign; two minutes
	@$(BIN)/kuralab demo

test: lint ## lint, then every test that is not slow, and the doctests
	@$(BIN)/python -m pytest -q

slow: $(READY) ## the slow tests: the wheel, the fuzzers
	@$(BIN)/python -m pytest -q -m slow

lint: $(READY) ## import order, style, types
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

bench: $(READY) peers ## each benchmark prints a ratio against a peer or a limit
	@for benchmark in benchmarks/[!_]*.py; do echo "== $$benchmark"; $(BIN)/python "$$benchmark" || exit 1; done

peers: $(PEERS) ## .venv-peers and .venv-peers-diffraction, which only the benchmarks use

docs: $(READY) ## the pages that are generated from the code, and the figures
	@$(BIN)/python -m kuralab.cli._reference docs
	@rm -rf build/demo build/li3ps4_lii && mkdir -p build
	@$(BIN)/kuralab demo -o build/demo > build/demo.txt
	@cp build/demo/arrhenius.svg build/demo/nyquist.svg docs/images/
	@for figure in convergence speed parity; do \
	    cp build/demo/campaign/$$figure.svg docs/workflows/obelix_$$figure.svg; done
	@$(BIN)/kuralab campaign li3ps4_lii --lab build/li3ps4_lii -o build/li3ps4_lii/report > build/li3ps4_lii.txt
	@for figure in front convergence; do \
	    cp build/li3ps4_lii/report/$$figure.svg docs/workflows/li3ps4_lii_$$figure.svg; done
	@$(BIN)/kuralab calc hydrogen --pressure "0.1 GPa, 1 GPa, 6 GPa" --temperature "150 K, 300 K, 600 K, 1000 K" \
	    -o docs/images/hydrogen.svg > build/hydrogen.txt
	@$(BIN)/kuralab analyze diffraction $(HYDRIDE) -o build/lani2d3 > build/lani2d3.txt
	@cp build/lani2d3/pattern.svg docs/images/lani2d3.svg
	@$(BIN)/kuralab analyze esr examples/copper_esr/sample.csv -o build/copper_esr > build/copper_esr.txt
	@cp build/copper_esr/esr.svg docs/images/copper_esr.svg
	@$(BIN)/python -m kuralab.units.table > docs/quantities.md

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "kuralab needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "$(PYTHON) cannot make environments with pip; on Debian or Ubuntu install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv (once, a few minutes at most) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python $(PIP) install --require-hashes -r requirements.lock
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv-peers/.ready: benchmarks/peers-requirements.txt
.venv-peers-diffraction/.ready: benchmarks/peers-diffraction-requirements.txt
$(PEERS):
	@echo "Installing the peers into $(@D) (once) ..."
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python $(PIP) install -r $<
	@touch $@
