# Python code in Lambda lies on a read-only tree with dates of 1980, so bytecode must come along and must not be checked
# by date: without it every cold start compiles anew, at two to three times the CPU.
LAYER_PYTHON ?= 3.13
compiler := $(shell command -v python$(LAYER_PYTHON))

define compile_bytecode
$(if $(compiler),\
	"$(compiler)" -m compileall -q --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" -p /opt "$(ARTIFACTS_DIR)/python",\
	@echo "python$(LAYER_PYTHON) is not on the PATH: this layer has no bytecode, and cold starts will be slower")
endef
