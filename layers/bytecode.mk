# Python code in Lambda lies on a read-only tree with dates of 1980, so bytecode must come along and must not be checked
# by date: without it every cold start compiles anew, at two to three times the CPU.
LAYER_PYTHON ?= 3.13
# Asked for by running it: a version manager may have its name on the PATH, and no such Python behind it.
compiler := $(shell python$(LAYER_PYTHON) -c 'import sys; print(sys.executable)' 2>/dev/null)

define compile_bytecode
$(if $(compiler),\
	"$(compiler)" -m compileall -q --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" -p /opt "$(ARTIFACTS_DIR)/python",\
	@echo "python$(LAYER_PYTHON) is not on the PATH: this layer has no bytecode, and cold starts will be slower")
endef
