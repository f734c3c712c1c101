# Python code in Lambda lies on a read-only tree with dates of 1980, so bytecode must come along and must not be checked
# by date: without it every cold start compiles anew, at two to three times the CPU.
LAYER_PYTHON ?= 3.13
UV ?= uv
# Asked for by running it: a version manager may have its name on the PATH, and no such Python behind it. What is not on
# the PATH, uv may know of; it fetches none.
compiler := $(shell python$(LAYER_PYTHON) -c 'import sys; print(sys.executable)' 2>/dev/null || \
	"$(UV)" python find --no-project --no-python-downloads $(LAYER_PYTHON) 2>/dev/null)

# $(call compile_bytecode,folder,mount): compile a folder of an artifact that Lambda mounts there, so that tracebacks name
# the places that it has then.
define compile_bytecode
$(if $(compiler),\
	"$(compiler)" -m compileall -q --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" -p $(2) "$(1)",\
	@echo "python$(LAYER_PYTHON) is not on this machine: $(notdir $(1)) has no bytecode, and cold starts will be slower")
endef
