// Turns YAML into protobuf's JSON with the descriptor at hand, and lets protobuf do the rest.
#include "services/throughline/play/request_from_yaml.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace throughline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;

// Thrown and caught inside this file only: yaml-cpp throws in the same places.
class FieldError : public std::runtime_error {
  public:
    FieldError(const YAML::Node& where, const std::string& text)
        : std::runtime_error(fmt::format("line {}: {}", where.Mark().line + 1, text)) {}
};

std::string Resolve(const YAML::Node& node, const References& references) {
    std::string text = node.Scalar();
    for (std::size_t start = text.find("${"); start != std::string::npos; start = text.find("${", start)) {
        const std::size_t end = text.find('}', start);
        if (end == std::string::npos) throw FieldError(node, "'${' without '}'");
        const std::string name = text.substr(start + 2, end - start - 2);
        const auto found = references.find(name);
        if (found == references.end()) throw FieldError(node, fmt::format("no earlier step saved '{}'", name));
        text.replace(start, end - start + 1, found->second);
        start += found->second.size();
    }
    return text;
}

// StaffRole gives STAFF_ROLE_, the prefix that every value of an enum carries.
std::string PrefixOf(const EnumDescriptor& type) {
    std::string prefix;
    for (const char letter : type.name()) {
        if (std::isupper(static_cast<unsigned char>(letter)) != 0 && !prefix.empty()) prefix += '_';
        prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return prefix + '_';
}

Json EnumJson(const YAML::Node& node, const EnumDescriptor& type, const std::string& text) {
    for (const std::string& name : {text, PrefixOf(type) + text}) {
        if (type.FindValueByName(name) != nullptr) return name;
    }
    throw FieldError(node, fmt::format("'{}' is no {}", text, type.name()));
}

Json DateJson(const YAML::Node& node, const std::string& text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int used = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 ||
        static_cast<std::size_t>(used) != text.size()) {
        throw FieldError(node, fmt::format("'{}' is no date: write for example 2026-09-07", text));
    }
    return Json{{"year", year}, {"month", month}, {"day", day}};
}

Json MessageJson(const YAML::Node& node, const Descriptor& type, const References& references);

Json ValueJson(const YAML::Node& node, const FieldDescriptor& field, const References& references) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        const Descriptor& type = *field.message_type();
        if (!node.IsScalar()) return MessageJson(node, type, references);
        const std::string text = Resolve(node, references);
        return type.full_name() == "throughline.events.v1.Date" ? DateJson(node, text) : Json(text);
    }
    if (!node.IsScalar()) throw FieldError(node, fmt::format("'{}' should be one value", field.name()));
    const std::string text = Resolve(node, references);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return EnumJson(node, *field.enum_type(), text);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return text == "true";
    return text;
}

Json FieldJson(const YAML::Node& node, const FieldDescriptor& field, const References& references) {
    if (!field.is_repeated()) return ValueJson(node, field, references);
    Json list = Json::array();
    if (!node.IsSequence()) {
        list.push_back(ValueJson(node, field, references));
        return list;
    }
    for (const YAML::Node& item : node) list.push_back(ValueJson(item, field, references));
    return list;
}

Json MessageJson(const YAML::Node& node, const Descriptor& type, const References& references) {
    Json object = Json::object();
    if (!node.IsMap()) throw FieldError(node, fmt::format("the fields of a {} should stand here", type.name()));
    for (const auto& entry : node) {
        const auto name = entry.first.as<std::string>();
        const FieldDescriptor* field = type.FindFieldByName(name);
        if (field == nullptr) throw FieldError(entry.first, fmt::format("{} has no field '{}'", type.name(), name));
        object[name] = FieldJson(entry.second, *field, references);
    }
    return object;
}

}  // namespace

absl::Status FillFromYaml(const YAML::Node& yaml, const References& references, google::protobuf::Message& request) {
    if (!yaml || yaml.IsNull()) return absl::OkStatus();
    try {
        const Json json = MessageJson(yaml, *request.GetDescriptor(), references);
        const auto parsed = google::protobuf::util::JsonStringToMessage(json.dump(), &request);
        if (!parsed.ok()) {
            return absl::InvalidArgumentError(
                fmt::format("line {}: {}", yaml.Mark().line + 1, parsed.message().ToString()));
        }
        return absl::OkStatus();
    } catch (const std::exception& error) {
        return absl::InvalidArgumentError(error.what());
    }
}

}  // namespace throughline
