// From a story's YAML to a request of any type: read beside the message's descriptor, so that a story reads like prose.
#pragma once

#include <google/protobuf/message.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <string>

#include "absl/status/status.h"

namespace throughline {

/// Values that earlier steps saved, by name; a story writes ${name}.
using References = std::map<std::string, std::string>;

/// Fills `request` from `yaml`. Beyond protobuf's JSON mapping a story may write
///   a Date as 2026-09-07, an enum value without its type's prefix (SENCO), and one value where a list is asked for.
/// INVALID_ARGUMENT names the line of the story and the field.
[[nodiscard]] absl::Status FillFromYaml(const YAML::Node& yaml, const References& references,
                                        google::protobuf::Message& request);

}  // namespace throughline
