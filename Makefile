# Every target works on a fresh machine with Python 3.11 or newer, git and make; what it needs, it installs.
# `make PYTHON=python3.12 demo` chooses another interpreter.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
PYTEST := $(RUN)/python -m pytest
EXAMPLES := relay xor digits classes deep window standard residual rbf heat digits_conv norms_tanh norms_batch norms_relu norms_residual adding_lstm adding_rnn rnn lstm attention transformer charmodel

# The matrices here are small: threads of a BLAS would only stand in each other's way.
export OPENBLAS_NUM_THREADS := 1

# Each is installed by itself: where one is not to be had, the comparison with the others still runs.
ORACLES := torch==2.13.0 jax autograd
PEERS := torch==2.13.0 jax autograd pytensor numba casadi scipy matplotlib

# apt-get is the way of Debian and Ubuntu; on another system install the named packages by its own means.
APT := $(if $(filter 0,$(shell id -u)),,sudo )apt-get
NODE_PACKAGES := nodejs npm
TEX_PACKAGES := texlive-latex-base texlive-latex-recommended texlive-pictures poppler-utils

.PHONY: help demo test lint examples catalogues generated slow-test wheel-test tex-test browser-test html-test notebook-test oracles bench ladder-peers ladder clean

help:
	@echo "make demo          the notes, the checks and the NumPy module of examples/relay.toml, into build/"
	@echo "make test          ruff, mypy and the tests that every machine can run"
	@echo "make examples      train the generated modules: XOR, digits, thirty layers, sums, a story"
	@echo "make generated     make generated/ again, after a change of what symbp writes"
	@echo "make catalogues    the languages of the notes: their catalogues from the sources, and what is not translated"
	@echo "make slow-test     the tests that take long: some examples, seeded mistakes, random networks"
	@echo "make wheel-test    build the wheel, install it in an empty environment, run it from another folder"
	@echo "make tex-test      the tests that need LaTeX      (installs it with apt-get where it is absent)"
	@echo "make browser-test  the tests that need browsers   (installs Chromium, Firefox and Node where they are absent)"
	@echo "make html-test     the validation of HTML pages   (installs Java and Node with apt-get where they are absent)"
	@echo "make notebook-test every notebook runs, every page is built (installs Jupyter, Sphinx, pandoc and Node)"
	@echo "make oracles       the comparison with PyTorch, JAX and autograd, in an environment of its own"
	@echo "make bench         the benchmarks, into benchmarks/RESULTS.md"
	@echo "make ladder-peers  an environment with what benchmarks/ladder.py compares with"
	@echo "make ladder        training steps beside those of frameworks, into benchmarks/RESULTS.md: an hour"

# --- environments -----------------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "symbp needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/user.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/user.stamp

$(VENV)/examples.stamp: $(VENV)/dev.stamp
	$(RUN)/python -m pip install --quiet --editable '.[dev,examples]'
	@touch $@

$(VENV)/notebook.stamp: $(VENV)/dev.stamp
	$(RUN)/python -m pip install --quiet --editable '.[dev,notebook]'
	@command -v npm > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends $(NODE_PACKAGES); }
	npm install --silent --no-fund --no-audit --prefix $(VENV)/node mathjax@3.2.2 katex@0.16.22
	@touch $@

.venv-oracles/stamp: pyproject.toml
	$(PYTHON) -m venv .venv-oracles
	.venv-oracles/bin/python -m pip install --quiet --editable '.[dev]'
	@for oracle in $(ORACLES); do .venv-oracles/bin/python -m pip install --quiet $$oracle \
	  || echo "make oracles: $$oracle cannot be installed here, so the comparison with it is skipped"; done
	@touch $@

.venv-ladder/stamp: pyproject.toml
	$(PYTHON) -m venv .venv-ladder
	.venv-ladder/bin/python -m pip install --quiet --editable .
	@for peer in $(PEERS); do .venv-ladder/bin/python -m pip install --quiet $$peer \
	  || echo "make ladder: $$peer cannot be installed here, so it is left out"; done
	@touch $@

tests/browser/node_modules/stamp: tests/browser/package-lock.json
	@command -v npm > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends $(NODE_PACKAGES); }
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

# --- what people ask for ----------------------------------------------------------------------------------------

demo: $(VENV)/user.stamp
	$(RUN)/symbp build examples/relay.toml -o build
	$(RUN)/symbp check examples/relay.toml

lint: $(VENV)/dev.stamp
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

test: lint
	$(PYTEST) -n 2

examples: $(VENV)/examples.stamp
	$(RUN)/python examples/train_xor.py
	$(RUN)/python examples/train_digits.py
	$(RUN)/python examples/train_digits_conv.py
	$(RUN)/python examples/train_norms.py
	$(RUN)/python examples/train_adding.py
	$(RUN)/python examples/train_charmodel.py

catalogues: $(VENV)/dev.stamp
	$(RUN)/python tools/catalogues.py

generated: $(VENV)/dev.stamp
	for example in $(EXAMPLES); do $(RUN)/symbp build examples/$$example.toml -o generated --format tex,html,py; done
	$(RUN)/symbp notes examples/relay.toml -o generated --format slides,snippets,ipynb,myst,quarto
# Without TeX on the path the PDF comes from Typst: the same bytes on every machine.
	env PATH= $(CURDIR)/$(RUN)/symbp notes examples/relay.toml -o generated --format pdf
	env PATH= $(CURDIR)/$(RUN)/symbp exercises examples/relay.toml --seed 7 -o generated/relay-exercises

slow-test: $(VENV)/dev.stamp
	$(PYTEST) -n 2 -m slow tests/test_gallery.py tests/test_verify.py tests/test_layer_mutations.py tests/test_random_graphs.py \
	  tests/test_notes.py tests/test_notes_mistakes.py tests/test_notes_layers.py tests/test_notes_attention.py \
	  tests/test_notes_trouble.py tests/test_notes_whole.py tests/test_affine_programs.py tests/test_time_loops.py \
	  tests/test_determinism.py tests/test_numpy_code.py tests/test_awkward_recurrences.py \
	  tests/test_verify_mutations.py tests/test_properties.py tests/test_mistakes.py tests/test_sheets.py tests/test_sheets_files.py tests/test_quizzes.py \
	  tests/test_audit_published.py tests/test_audit_mistakes.py tests/test_rewritings.py \
	  tests/test_compare_mistakes.py tests/test_compare_functions.py

wheel-test: $(VENV)/dev.stamp
	$(PYTEST) -m slow tests/test_wheel.py

tex-test: $(VENV)/dev.stamp
	@command -v pdflatex > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends $(TEX_PACKAGES); }
	$(PYTEST) -n 2 -m tex

browser-test: $(VENV)/dev.stamp tests/browser/node_modules/stamp
	@command -v chromium > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends chromium; }
	@command -v firefox-esr > /dev/null || command -v firefox > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends firefox-esr; }
	$(PYTEST) -m browser

html-test: $(VENV)/dev.stamp tests/browser/node_modules/stamp
	@command -v java > /dev/null || { $(APT) update && $(APT) install --yes --no-install-recommends default-jre-headless; }
	$(PYTEST) -m html

notebook-test: $(VENV)/notebook.stamp
	$(PYTEST) -n 2 -m notebook tests/test_notebooks.py tests/test_platforms.py

oracles: .venv-oracles/stamp
	.venv-oracles/bin/python -m pytest -m oracles

bench: $(VENV)/dev.stamp
	$(RUN)/python -m benchmarks

ladder-peers: .venv-ladder/stamp

ladder: .venv-ladder/stamp
	for dtype in float32 float64; do for threads in 1 2; do \
	  .venv-ladder/bin/python benchmarks/ladder.py --threads $$threads --dtype $$dtype --output benchmarks/RESULTS.md \
	  || exit 1; done; done
	.venv-ladder/bin/python benchmarks/ladder.py --memory --output benchmarks/RESULTS.md
	.venv-ladder/bin/python benchmarks/ladder.py --compile --output benchmarks/RESULTS.md

clean:
	rm -rf build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
