# A module more for each library in third_party: onednn-VERSION and openblas-VERSION, with include/ and lib/, and
# onnxruntime-VERSION, with lib/, as `scripts/setup --newer` puts them there. Both versions of a library run side by side,
# for modules see each other's symbols no more than the program sees theirs.
set(second ${PROJECT_SOURCE_DIR}/third_party)
file(GLOB prefixes CONFIGURE_DEPENDS ${second}/onednn-* ${second}/openblas-* ${second}/onnxruntime-*)
file(GLOB stale ${PROJECT_BINARY_DIR}/modules/lockstep_*@*.so ${PROJECT_BINARY_DIR}/modules/*/lockstep_*@*.so)
foreach(module ${stale})  # of a library that was removed
  string(REGEX REPLACE "^.*/lockstep_([a-z]+)@(.+)\\.so$" "\\1-\\2" library ${module})
  string(REGEX REPLACE "-raw$" "" library ${library})
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/third_party/${library})
    file(REMOVE ${module})
  endif()
endforeach()
foreach(prefix ${prefixes})
  get_filename_component(library ${prefix} NAME)
  string(REGEX MATCH "^([a-z]+)-(.+)$" library ${library})
  set(name ${CMAKE_MATCH_1})
  set(version ${CMAKE_MATCH_2})
  find_library(${name}_${version}_LIBRARY NAMES dnnl openblas scipy_openblas onnxruntime PATHS ${prefix}/lib NO_DEFAULT_PATH REQUIRED)
  add_library(${name}_${version} SHARED IMPORTED)
  set_target_properties(${name}_${version} PROPERTIES IMPORTED_LOCATION ${${name}_${version}_LIBRARY})
  if(EXISTS ${prefix}/include)
    set_target_properties(${name}_${version} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${prefix}/include)
  endif()
  if(name STREQUAL onnxruntime)
    lockstep_backend(onnxruntime VERSION ${version} SOURCES ${onnxruntime_sources} LINKS onnxruntime_${version})
  elseif(name STREQUAL onednn)
    lockstep_backend(onednn VERSION ${version} SOURCES ${onednn_sources} LINKS onednn_${version} OpenMP::OpenMP_CXX)
    lockstep_backend(onednn RAW VERSION ${version} SOURCES onednn/raw.cpp LINKS onednn_${version} OpenMP::OpenMP_CXX)
  else()
    file(STRINGS ${prefix}/include/cblas.h prefixed REGEX "scipy_cblas_sgemm" LIMIT_COUNT 1)
    if(prefixed)  # as in the wheel of PyPI
      foreach(function cblas_sgemm cblas_sgemv openblas_get_config openblas_get_corename openblas_get_parallel
          openblas_set_num_threads)
        target_compile_definitions(openblas_${version} INTERFACE ${function}=scipy_${function})
      endforeach()
    endif()
    lockstep_backend(openblas VERSION ${version} SOURCES openblas/openblas.cpp LINKS openblas_${version})
    lockstep_backend(openblas RAW VERSION ${version} SOURCES openblas/raw.cpp LINKS openblas_${version})
  endif()
  if(NOT LOCKSTEP_SANITIZE)  # what is installed has it, too
    set_target_properties(lockstep_${name}_${version} PROPERTIES
      INSTALL_RPATH "$ORIGIN/../${name}-${version}" INSTALL_RPATH_USE_LINK_PATH OFF)
    if(TARGET lockstep_${name}_${version}_raw)
      set_target_properties(lockstep_${name}_${version}_raw PROPERTIES
        INSTALL_RPATH "$ORIGIN/../../${name}-${version}" INSTALL_RPATH_USE_LINK_PATH OFF)
    endif()
    install(DIRECTORY ${prefix}/lib/ DESTINATION ${CMAKE_INSTALL_LIBDIR}/lockstep/${name}-${version}
      FILES_MATCHING PATTERN "*.so*")
  endif()
endforeach()
