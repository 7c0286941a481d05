// Protobuf messages as JSON for stdout, with the contracts' own field names.
#pragma once

#include <string>

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

namespace throughline {

/// One line; `pretty` gives many.
[[nodiscard]] inline std::string MessageJson(const google::protobuf::Message& message, bool pretty = false) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    options.add_whitespace = pretty;
    std::string json;
    return google::protobuf::util::MessageToJsonString(message, &json, options).ok() ? json : "null";
}

}  // namespace throughline
