# Headers that most files include, compiled once for all rooms and once for all tests: near half of a cold build's time.
function(throughline_precompiled name)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/${name}.cc CONTENT "// Carries the precompiled headers.\n")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/precompiled/${name}.cc)
  target_link_libraries(${name} PRIVATE throughline_proto fmt::fmt throughline_warnings)
endfunction()

set(everywhere
  <algorithm> <atomic> <chrono> <condition_variable> <cstdint> <filesystem> <functional> <map> <memory> <mutex>
  <optional> <set> <span> <sstream> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>
  <absl/status/status.h> <absl/status/statusor.h> <fmt/format.h> <grpcpp/grpcpp.h>
  <throughline/eventstore/v1/record.pb.h> <throughline/events/v1/fact.pb.h>)

throughline_precompiled(precompiled_for_rooms)
target_precompile_headers(precompiled_for_rooms PRIVATE ${everywhere})

throughline_precompiled(precompiled_for_tests)
target_link_libraries(precompiled_for_tests PRIVATE GTest::gmock)
target_compile_options(precompiled_for_tests PRIVATE ${THROUGHLINE_TEST_OPTIONS})
target_precompile_headers(precompiled_for_tests PRIVATE ${everywhere} <gmock/gmock.h> <gtest/gtest.h>)
