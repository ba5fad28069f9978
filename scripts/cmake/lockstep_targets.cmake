# compile_together(TARGET): many of its sources at once, which takes half the time; each by itself in the preset dev, where
# one file is compiled again after each change.
function(compile_together target)
  if(compiles_together)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()
set(compiles_together OFF)
if(LOCKSTEP_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Release")
  set(compiles_together ON)
endif()

# Of what is not timed and computes little: faster to compile.
set(unoptimised)
if(LOCKSTEP_SANITIZE AND NOT LOCKSTEP_FUZZ)
  set(unoptimised -O0)
elseif(compiles_together)
  set(unoptimised -O1)
endif()

# And of what reads no bytes of others: without the checks of each access for null and for its place, which take a third of
# the time to compile. The first ends a program anyway.
set(unchecked)
if(LOCKSTEP_SANITIZE MATCHES "undefined" AND NOT LOCKSTEP_FUZZ)
  set(unchecked -fno-sanitize=null,alignment,vptr)  # for LOCKSTEP_UNSANITIZED
endif()

# compiled_headers(NAME TARGET LINKS target ... OPTIONS flag ... UNSANITIZED flag ... HEADERS <x> ...): for TARGET, whose flags these are,
# headers that are parsed once, for every target of its type that asks for those of this NAME.
function(compiled_headers name target)
  cmake_parse_arguments(ARG "" "" "LINKS;OPTIONS;UNSANITIZED;HEADERS" ${ARGN})
  if(NOT TARGET lockstep_${name}_headers)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${name}_headers.cpp CONTENT "int main() { return 0; }\n")
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)  # whose code need not be relocatable, which compiled headers remember
      add_executable(lockstep_${name}_headers EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/${name}_headers.cpp)
    else()
      add_library(lockstep_${name}_headers STATIC EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/${name}_headers.cpp)
    endif()
    target_link_libraries(lockstep_${name}_headers PRIVATE lockstep_flags ${ARG_LINKS})
    target_compile_options(lockstep_${name}_headers PRIVATE ${ARG_OPTIONS})
    set_target_properties(lockstep_${name}_headers PROPERTIES LOCKSTEP_UNSANITIZED "${ARG_UNSANITIZED}")
    target_precompile_headers(lockstep_${name}_headers PRIVATE ${ARG_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM lockstep_${name}_headers)
endfunction()

# lockstep_library(NAME SOURCES a.cpp ... LINKS target ... [APART b.cpp ...] [TIMED | COMPUTES | READS_FILES]): one folder of
# the house as a static library. APART: of the sources, what is compiled by itself, for it is timed or uses the names of its
# neighbours. TIMED: it is optimised as the backends are. COMPUTES: under the sanitizers, too, which check all that it does.
# READS_FILES: so they do here, where the bytes are those of anyone.
function(lockstep_library name)
  cmake_parse_arguments(ARG "TIMED;COMPUTES;READS_FILES" "" "SOURCES;LINKS;APART" ${ARGN})
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})  # built for what links to it
  compile_together(${name})
  set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${name} PUBLIC lockstep_flags ${ARG_LINKS})
  set(options ${unoptimised})
  set(unsanitized ${unchecked})
  set(headers library)
  if(ARG_READS_FILES)
    set(unsanitized)
    set(headers checked_library)
  elseif(ARG_COMPUTES OR (ARG_TIMED AND NOT LOCKSTEP_SANITIZE))
    set(options)
    set(unsanitized)
    set(headers computing_library)
  endif()
  target_compile_options(${name} PRIVATE ${options})
  set_target_properties(${name} PROPERTIES LOCKSTEP_UNSANITIZED "${unsanitized}")
  if(compiles_together)
    compiled_headers(${headers} ${name} LINKS fmt::fmt nlohmann_json::nlohmann_json
      OPTIONS ${options} UNSANITIZED ${unsanitized}
      HEADERS <algorithm> <filesystem> <functional> <map> <optional> <span> <string> <variant> <vector>
              <fmt/format.h> <nlohmann/json.hpp>)
  endif()
endfunction()

# lockstep_test(NAME SOURCES a_test.cpp ... LINKS target ... [REPEATS Suite.Name ...] [ALONE] [LONG] [ONE_THREAD] [OPTIMISED]):
# a GoogleTest program, one ctest entry.
# REPEATS: tests that do often, for the numbers that come of it, what others of the program do, too: not under the
# sanitizers, where they take minutes and find nothing more.
# LONG: it starts before others, and is two entries under the sanitizers, so that it does not run on when all have ended.
# ALONE: it measures time or counts, and runs while nothing else does. ONE_THREAD: it starts no other, or none
# but as another test does, so that the thread sanitizer has nothing more to find in it, and leaves it out.
# OPTIMISED: it computes for long, or expects of a module the very bits of what is compiled into it.
function(lockstep_test name)
  cmake_parse_arguments(ARG "ALONE;LONG;ONE_THREAD;OPTIMISED" "" "SOURCES;LINKS;REPEATS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  compile_together(${name})
  target_link_libraries(${name} PRIVATE lockstep_flags GTest::gtest GTest::gmock GTest::gtest_main ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES LOCKSTEP_UNSANITIZED "${unchecked}")
  if(NOT ARG_OPTIMISED)
    target_compile_options(${name} PRIVATE ${unoptimised})
    compiled_headers(test ${name} LINKS GTest::gtest GTest::gmock OPTIONS ${unoptimised} UNSANITIZED ${unchecked}
      HEADERS <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  if(ARG_ONE_THREAD AND LOCKSTEP_SANITIZE STREQUAL "thread")
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  set(filter)
  if(ARG_REPEATS AND LOCKSTEP_SANITIZE)
    list(JOIN ARG_REPEATS ":" repeats)
    set(filter --gtest_filter=-${repeats})
  endif()
  if(ARG_LONG AND LOCKSTEP_SANITIZE)
    foreach(index 0 1)  # each a half of the tests
      add_test(NAME ${name}_${index} COMMAND ${name} ${filter})
      set_tests_properties(${name}_${index} PROPERTIES TIMEOUT 900 COST 100
        ENVIRONMENT "GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${index}")
    endforeach()
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name} ${filter})
  set_tests_properties(${name} PROPERTIES RUN_SERIAL "${ARG_ALONE}" TIMEOUT 900)
  if(ARG_LONG)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endfunction()

# lockstep_fuzz(NAME SOURCES x.cpp ... LINKS target ...): fuzz/NAME, a target of libFuzzer, in the preset `fuzz` alone.
function(lockstep_fuzz name)
  if(NOT LOCKSTEP_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  set_target_properties(fuzz_${name} PROPERTIES OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  target_link_libraries(fuzz_${name} PRIVATE lockstep_flags ${ARG_LINKS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${name})
endfunction()

# lockstep_backend(NAME SOURCES x.cpp ... LINKS target ... OPTIONS flag ... [VERSION v]): the module
# modules/lockstep_NAME.so, and, in the target `layouts`, the same objects moved by some bytes:
# modules/layout-1/lockstep_NAME.so and so on. With a version, the module of a second library of that name,
# lockstep_NAME@VERSION.so. The sources know what it is called as LOCKSTEP_MODULE_NAME. RAW: modules/raw/lockstep_NAME-raw.so
# alone, the library's calls that the backend is measured against.
function(lockstep_backend name)
  cmake_parse_arguments(ARG "RAW" "VERSION" "SOURCES;LINKS;OPTIONS" ${ARGN})
  set(module ${name})
  set(folder modules)
  if(ARG_VERSION)
    set(module ${name}@${ARG_VERSION})
    set(name ${name}_${ARG_VERSION})
  endif()
  if(ARG_RAW)
    string(APPEND module -raw)
    string(APPEND name _raw)
    set(folder modules/raw)
  endif()
  add_library(lockstep_${name}_objects OBJECT ${ARG_SOURCES})
  target_compile_definitions(lockstep_${name}_objects PRIVATE LOCKSTEP_MODULE_NAME="${module}")
  target_compile_options(lockstep_${name}_objects PRIVATE ${ARG_OPTIONS})
  if(LOCKSTEP_ALIGN)
    target_compile_options(lockstep_${name}_objects PRIVATE -falign-functions=64 -falign-loops=64)
  endif()
  target_link_libraries(lockstep_${name}_objects PRIVATE lockstep_contract ${ARG_LINKS})
  lockstep_module(lockstep_${name} lockstep_${name}_objects ${module} ${LOCKSTEP_PADDING} ${folder} ${ARG_LINKS})
  set_property(GLOBAL APPEND PROPERTY LOCKSTEP_MODULES lockstep_${name})
  if(ARG_RAW)
    return()
  endif()

  if(NOT TARGET layouts)
    add_custom_target(layouts)
  endif()
  foreach(layout 1 2 3)  # 16, 32 and 48 bytes on, where functions start at 16; other lines where they start at 64
    math(EXPR padding "${LOCKSTEP_PADDING} + 80 * ${layout}")
    lockstep_module(lockstep_${name}_layout_${layout} lockstep_${name}_objects ${module} ${padding}
      modules/layout-${layout} ${ARG_LINKS})
    set_target_properties(lockstep_${name}_layout_${layout} PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(layouts lockstep_${name}_layout_${layout})
  endforeach()
endfunction()

# lockstep_module(TARGET OBJECTS NAME PADDING FOLDER target ...): FOLDER/lockstep_NAME.so, of the objects of a backend
# behind so many bytes.
function(lockstep_module target objects name padding folder)
  set(before lockstep_padding_${padding})
  if(NOT TARGET ${before})
    set(nops ${PROJECT_BINARY_DIR}/padding/${padding}.cpp)
    file(CONFIGURE OUTPUT ${nops} CONTENT "asm(\".text\\n.rept ${padding}\\nnop\\n.endr\");\n")
    add_library(${before} OBJECT ${nops})
    set_target_properties(${before} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  add_library(${target} MODULE $<TARGET_OBJECTS:${before}> $<TARGET_OBJECTS:${objects}>)  # in this order
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX PREFIX "" OUTPUT_NAME lockstep_${name}
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder}
    INSTALL_RPATH_USE_LINK_PATH ON)  # the very library that it was built for, where the system has several
  target_link_libraries(${target} PRIVATE lockstep_contract ${ARGN})
endfunction()
