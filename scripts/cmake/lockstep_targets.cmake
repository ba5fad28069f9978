# lockstep_library(NAME SOURCES a.cpp ... LINKS target ...): one folder of the house as a static library.
function(lockstep_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})  # built for what links to it
  target_link_libraries(${name} PUBLIC lockstep_flags ${ARG_LINKS})
endfunction()

# lockstep_test(NAME SOURCES a_test.cpp ... LINKS target ... [ALONE] [ONE_THREAD]): a GoogleTest program, one ctest entry.
# ALONE: it measures time or counts, and runs while nothing else does. ONE_THREAD: it starts no other, or none
# but as another test does, so that the thread sanitizer has nothing more to find in it, and leaves it out.
function(lockstep_test name)
  set(level)
  if(LOCKSTEP_SANITIZE)  # twice as fast to compile; what they test is optimised all the same
    set(level -O0)
  endif()
  if(NOT TARGET lockstep_test_headers)  # compiled once, for every test
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_headers.cpp CONTENT "int main() {}\n")
    add_executable(lockstep_test_headers EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/test_headers.cpp)
    target_link_libraries(lockstep_test_headers PRIVATE lockstep_flags GTest::gtest GTest::gmock)
    target_compile_options(lockstep_test_headers PRIVATE ${level})
    target_precompile_headers(lockstep_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  cmake_parse_arguments(ARG "ALONE;ONE_THREAD" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE lockstep_flags GTest::gtest GTest::gmock GTest::gtest_main ${ARG_LINKS})
  target_compile_options(${name} PRIVATE ${level})
  target_precompile_headers(${name} REUSE_FROM lockstep_test_headers)
  if(ARG_ONE_THREAD AND LOCKSTEP_SANITIZE STREQUAL "thread")
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES RUN_SERIAL "${ARG_ALONE}" TIMEOUT 900)
endfunction()

# lockstep_backend(NAME SOURCES x.cpp ... LINKS target ... OPTIONS flag ...): the module modules/lockstep_NAME.so.
function(lockstep_backend name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;OPTIONS" ${ARGN})
  add_library(lockstep_${name} MODULE ${ARG_SOURCES})
  set_target_properties(lockstep_${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/modules)
  target_compile_options(lockstep_${name} PRIVATE ${ARG_OPTIONS})
  target_link_libraries(lockstep_${name} PRIVATE lockstep_contract ${ARG_LINKS})
  set_property(GLOBAL APPEND PROPERTY LOCKSTEP_MODULES lockstep_${name})
endfunction()
