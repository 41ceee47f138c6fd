# Every target that needs the environment builds it first, and does nothing when it is up to date.
PYTHON ?= python3
DATA ?= data
ENGINE ?= duckdb
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help quarter report reconcile query verify test lint bench soak audit build sample spark docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

quarter: .venv/installed $(if $(filter spark,$(ENGINE)),.venv/installed-spark) ## the main job: make quarter Q=2023Q3 (or several, or all) [DATA=data] [ENGINE=duckdb]
	@test -n "$(Q)" || { echo 'Hãy ghi kỳ báo cáo, ví dụ: make quarter Q=2023Q3' >&2; exit 2; }
	@$(BIN)/igate quarter $(Q) --data "$(DATA)" --engine "$(ENGINE)"

report: .venv/installed ## Word, Excel and web page of a quarter: make report Q=2023Q3
	@test -n "$(Q)" || { echo 'Hãy ghi kỳ báo cáo, ví dụ: make report Q=2023Q3' >&2; exit 2; }
	@$(BIN)/igate report $(Q) --data "$(DATA)"

reconcile: .venv/installed ## hold a report against the figures: make reconcile Q=2023Q3 TEXT=report.docx
	@test -n "$(Q)" -a -n "$(TEXT)" || { echo 'Hãy ghi kỳ và tệp báo cáo, ví dụ: make reconcile Q=2023Q3 TEXT=bao-cao.docx' >&2; exit 2; }
	@$(BIN)/igate reconcile $(Q) "$(TEXT)" --data "$(DATA)"

query: .venv/installed ## open the published database read-only in a SQL shell [DATA=data]
	@$(BIN)/igate query --data "$(DATA)"

verify: .venv/installed ## prove that what is published is whole
	@$(BIN)/igate verify --data "$(DATA)"

test: .venv/installed-dev ## run the tests
	@$(BIN)/python -m pytest -q -n 2

lint: .venv/installed-dev ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar sql

bench: .venv/installed-dev ## time the pipeline against its peers [BENCH="--rows 10000000 --peers"]
	@$(BIN)/python bench/run.py $(BENCH)

soak: .venv/installed-dev ## kill, fuzz, read and publish for hours; writes docs/reliability.md [SOAK="--minutes 25"]
	@$(BIN)/python scripts/soak.py --write docs/reliability.md $(SOAK)

sample: .venv/installed ## write the sample exports again, byte for byte
	@$(BIN)/python scripts/make_sample.py

spark: .venv/installed-spark ## install Apache Spark for ENGINE=spark (optional, needs Java 17)

docs: .venv/installed ## write what is generated in docs/ again
	@$(BIN)/python scripts/make_docs.py

build: .venv/installed-dev ## build the wheel and its bill of materials (CycloneDX) into dist/
	@$(BIN)/python -m hatchling build -t wheel
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
		-o dist/sbom.cdx.json requirements.txt
	@echo dist/sbom.cdx.json

audit: .venv/installed-dev ## hold what is locked against the known vulnerabilities
	@$(BIN)/python scripts/audit_dependencies.py

lock: ## lock the dependencies again, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra spark -c requirements.txt pyproject.toml -o requirements-spark.txt

clean: ## remove the environment and the staging cache
	rm -rf .venv "$(DATA)/staging"

.venv/installed: requirements.txt pyproject.toml
	@echo 'Đang chuẩn bị môi trường lần đầu (vài phút)…'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Cần Python 3.11 trở lên; hãy ghi PYTHON=đường-dẫn.' >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-spark: .venv/installed requirements-spark.txt
	@echo 'Đang cài Apache Spark lần đầu (tải khoảng 450 MB)…'
	@$(PIP) install --require-hashes -r requirements-spark.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
