# make run, make test: the two commands. make setup: everything both need. The rest is for those who
# work on Halfway; see CONTRIBUTING.md.

VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

# A .venv that was begun and not finished must not pass for one.
.DELETE_ON_ERROR:
.PHONY: run test setup check bench sbom lock clean browser

run: $(RUNTIME)
	@$(PY) app.py

test: $(DEV) browser check
	@bash .ci/tests

setup: $(DEV)

$(PY):
	@bash .ci/venv $(VENV)

# A stamp is newer than the lock it stands for, so that a second start installs nothing.
$(RUNTIME): requirements.txt | $(PY)
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

browser: $(DEV)
	@bash .ci/browser $(PY)

check: $(DEV)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive lib app.py pages
	@$(PY) -m lib check-content

bench: $(DEV)
	@$(PY) -m tests.bench

sbom:
	@bash .ci/sbom

# Needs uv from the development environment of whoever changes dependencies.
lock:
	@bash .ci/lock

clean:
	rm -rf $(VENV) build output .mypy_cache .ruff_cache .hypothesis
