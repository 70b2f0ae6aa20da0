# libsluice: the rooms that a host needs as one library, shared and static. The shared one shows public names alone.
# Hosts link sluice::sluice or sluice::static, in the same words whether Sluice is installed or part of their build.
include(GNUInstallDirs)

sluice_rooms_of(abi rooms)
foreach(room ${rooms})
  get_target_property(type sluice_${room} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    list(APPEND objects $<TARGET_OBJECTS:sluice_${room}>)
  endif()
endforeach()

add_library(sluice_shared SHARED ${objects})
add_library(sluice_static STATIC ${objects})
add_library(sluice::sluice ALIAS sluice_shared)
add_library(sluice::static ALIAS sluice_static)
foreach(library sluice_shared sluice_static)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME sluice LINKER_LANGUAGE CXX)
  target_include_directories(${library} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/engine/include>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
# The objects are in already; the room brings the libraries of others that they need.
target_link_libraries(sluice_shared PRIVATE sluice_abi)
target_link_libraries(sluice_static PRIVATE $<BUILD_INTERFACE:sluice_abi>)

# The C interface only grows, so the soname stays. C++ names carry the version for which they hold: a host that was
# built with another is told so when it starts.
set(SLUICE_CXX_VERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
configure_file(${PROJECT_SOURCE_DIR}/tools/cmake/libsluice.map.in ${PROJECT_BINARY_DIR}/libsluice.map @ONLY)
set_target_properties(sluice_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
                                               EXPORT_NAME sluice LINK_DEPENDS ${PROJECT_BINARY_DIR}/libsluice.map)
set_target_properties(sluice_static PROPERTIES EXPORT_NAME static)
target_link_options(sluice_shared PRIVATE LINKER:--version-script=${PROJECT_BINARY_DIR}/libsluice.map)
if(NOT SLUICE_SANITIZE)  # whose names are found when a program starts
  target_link_options(sluice_shared PRIVATE LINKER:--no-undefined)
endif()
