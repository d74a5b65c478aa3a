# The two commands a newcomer needs are `make site` and `make test`; `make help` lists the rest.
.POSIX:
.PHONY: site serve api test check bench soak lock clean help

site: ## install what is missing, build the demonstration university into site/
	@sh requirements/install.sh run
	@JETKI_SERVE_COMMAND="make serve" .venv/bin/jetki build

serve: ## look at the site; it is built again when a file changes
	@sh requirements/install.sh run
	@.venv/bin/jetki serve

api: ## make a demonstration university and run the service over it
	@sh requirements/install.sh run
	@test -f site/manifest.json || .venv/bin/jetki build --only text
	@.venv/bin/jetki api seed
	@.venv/bin/jetki api serve

test: ## install what is missing, run the whole test suite
	@sh requirements/install.sh test
	@.venv/bin/python -m pytest

check: ## ruff, mypy and the import rules alone
	@sh requirements/install.sh test
	@.venv/bin/python -m pytest tests/test_house.py

bench: ## ratios against other programs on 1,000 generated lessons (several minutes)
	@sh requirements/install.sh bench
	@.venv/bin/python -m tests.bench

soak: ## the whole of every proof of the suite, then kill the service under load again and again (half an hour)
	@sh requirements/install.sh test
	@JETKI_THOROUGH=1 .venv/bin/python -m pytest
	@.venv/bin/python -m tests.soak

lock: ## write the lock files anew (needs uv)
	@for name in run test bench; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url requirements/$$name.in -o requirements/$$name.lock; done

clean: ## remove everything that was built
	@rm -rf site .jetki

help:
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile
