# One library target for each room of the house, with the flags that all of our own code shares.

find_package(Threads REQUIRED)

add_library(sluice_flags INTERFACE)
target_include_directories(sluice_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine/include
                                                  ${PROJECT_BINARY_DIR}/generated)
# No contraction of a*b+c into a fused operation: a decision must not depend on the instruction set.
target_compile_options(sluice_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(sluice_flags INTERFACE -Wno-restrict)  # false on std::string operator+ (GCC bug 105651)
endif()
if(SLUICE_DEVELOPER_MODE)
  target_compile_options(sluice_flags INTERFACE -Werror)
endif()
if(SLUICE_SANITIZE)
  target_compile_options(sluice_flags INTERFACE -fsanitize=${SLUICE_SANITIZE} -fno-omit-frame-pointer -g
                                                -fno-sanitize-recover=all)
  target_link_options(sluice_flags INTERFACE -fsanitize=${SLUICE_SANITIZE})
endif()
if(SLUICE_FUZZ)
  target_compile_options(sluice_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The rooms that a room may include, itself the last: every one before those that build on it.
function(sluice_rooms_of name found)
  set(rooms ${${found}})
  if(NOT name IN_LIST rooms)
    get_property(below GLOBAL PROPERTY sluice_rooms_below_${name})
    foreach(room ${below})
      sluice_rooms_of(${room} rooms)
    endforeach()
    list(APPEND rooms ${name})
  endif()
  set(${found} ${rooms} PARENT_SCOPE)
endfunction()

# sluice_room(NAME DEPENDS other rooms PRIVATE_LIBRARIES third-party targets): every .cc file of the folder.
function(sluice_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set_property(GLOBAL PROPERTY sluice_rooms_below_${name} ${ROOM_DEPENDS})
  list(TRANSFORM ROOM_DEPENDS PREPEND sluice_)
  if(sources)
    add_library(sluice_${name} STATIC ${sources})
    target_link_libraries(sluice_${name} PUBLIC sluice_flags ${ROOM_DEPENDS} PRIVATE ${ROOM_PRIVATE_LIBRARIES})
  else()
    add_library(sluice_${name} INTERFACE)
    target_link_libraries(sluice_${name} INTERFACE sluice_flags ${ROOM_DEPENDS})
  endif()
endfunction()
