# Before 0.4 DLPack said DLContext for DLDevice and had no complex numbers: Debian 11's header is of that kind.
include(CheckCSourceCompiles)

set(CMAKE_REQUIRED_INCLUDES ${DLPACK_INCLUDE_DIR})
check_c_source_compiles("#include <dlpack/dlpack.h>
int main(void) { DLTensor tensor = {.device = {kDLCPU, 0}, .dtype = {kDLComplex, 64, 1}}; return tensor.device.device_id; }"
  DLPACK_IS_NEW_ENOUGH)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT DLPACK_IS_NEW_ENOUGH)
  message(FATAL_ERROR "${DLPACK_INCLUDE_DIR}/dlpack/dlpack.h is older than DLPack 0.4, or does not compile; -DDLPACK_INCLUDE_DIR=… names another")
endif()
