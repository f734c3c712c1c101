# Fills a layer with the wheels of the requirements.txt beside the including Makefile, each checked against its hash.
# The defaults build for AWS on any machine, without a container; `make up` sets them for this machine instead.
LAYER_PYTHON ?= 3.13
LAYER_PLATFORM ?= aarch64-manylinux2014

requirements := $(dir $(abspath $(firstword $(MAKEFILE_LIST))))requirements.txt
wheels_mk := $(abspath $(lastword $(MAKEFILE_LIST)))
include $(dir $(wheels_mk))bytecode.mk

# A layer's Makefile may name in `unused` what its wheels bring and no function loads: large parts only. Naming what is
# not there fails the build, so that the list follows the wheels. Licenses stay, in each *.dist-info.
define install_wheels
$(UV) pip install --quiet --require-hashes --no-deps --only-binary :all: --link-mode copy \
	--python-version $(LAYER_PYTHON) $(if $(LAYER_PLATFORM),--python-platform $(LAYER_PLATFORM)) \
	--target "$(ARTIFACTS_DIR)/python" --requirement "$(requirements)"
rm -rf "$(ARTIFACTS_DIR)/python/bin" "$(ARTIFACTS_DIR)/python/.lock"
cd "$(ARTIFACTS_DIR)/python" && for part in $(unused); do \
	test -e "$$part" || { echo "$$part is not in this layer's wheels: take it off the list of what is unused" >&2; exit 1; }; \
	rm -rf "$$part"; \
done
find "$(ARTIFACTS_DIR)/python" -name '*.pyi' -delete
$(call compile_bytecode,$(ARTIFACTS_DIR)/python,/opt)
endef
