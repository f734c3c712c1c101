# Fills a layer with the wheels of the requirements.txt beside the including Makefile, each checked against its hash.
# The defaults build for AWS on any machine, without a container; `make up` sets them for this machine instead.
LAYER_PYTHON ?= 3.13
LAYER_PLATFORM ?= aarch64-manylinux2014
UV ?= uv

requirements := $(dir $(abspath $(firstword $(MAKEFILE_LIST))))requirements.txt
wheels_mk := $(abspath $(lastword $(MAKEFILE_LIST)))
include $(dir $(wheels_mk))bytecode.mk

define install_wheels
$(UV) pip install --quiet --require-hashes --no-deps --only-binary :all: --link-mode copy \
	--python-version $(LAYER_PYTHON) $(if $(LAYER_PLATFORM),--python-platform $(LAYER_PLATFORM)) \
	--target "$(ARTIFACTS_DIR)/python" --requirement "$(requirements)"
rm -rf "$(ARTIFACTS_DIR)/python/bin" "$(ARTIFACTS_DIR)/python/.lock"
$(compile_bytecode)
endef
