# Warnings, instruction set and sanitizers, for every target.
add_library(lockstep_flags INTERFACE)
target_include_directories(lockstep_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(lockstep_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-qual -fno-math-errno -fno-trapping-math)
if(LOCKSTEP_WERROR)
  target_compile_options(lockstep_flags INTERFACE -Werror)
endif()

# -march=native is written out, so that a build folder that meets another CPU is compiled again.
set(arch_flags -march=${LOCKSTEP_ARCH})
if(LOCKSTEP_ARCH STREQUAL native)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -march=native -E -v -x c++ /dev/null
    OUTPUT_QUIET ERROR_VARIABLE verbose)
  if(verbose MATCHES "cc1plus[^\n]*")
    string(REGEX MATCHALL "-march=[^ ]+|-m[a-z0-9.-]+|-mno-[a-z0-9.-]+" arch_flags "${CMAKE_MATCH_0}")
    list(FILTER arch_flags EXCLUDE REGEX "^-mtune|-multiarch")
  endif()
endif()
target_compile_options(lockstep_flags INTERFACE ${arch_flags})

if(LOCKSTEP_SANITIZE)
  target_compile_options(lockstep_flags INTERFACE -fsanitize=${LOCKSTEP_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer $<TARGET_PROPERTY:LOCKSTEP_UNSANITIZED>)  # of the target that has them: what it leaves out
  target_link_options(lockstep_flags INTERFACE -fsanitize=${LOCKSTEP_SANITIZE})
endif()
if(LOCKSTEP_FUZZ)
  target_compile_options(lockstep_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_compile_definitions(lockstep_flags INTERFACE __SANITIZE_ADDRESS__)  # which GCC tells by itself
endif()
